"""Runs the Node programs of tests/clients with their own Node 22.

A test that runs one is skipped while they are not installed; where CI=true it fails.
"""

import os
import subprocess
from pathlib import Path

import pytest

CLIENTS = Path(__file__).resolve().parents[1] / "clients"
MODULES = CLIENTS / "node_modules"
NODE = MODULES / ".bin" / "node"
INSTALL = "sh scripts/test-clients.sh"


def run_command(name: str, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a command of an installed package, such as `inspector`. Timeout in seconds; raises as `subprocess.run`."""
    return _run(MODULES / ".bin" / name, arguments, timeout)


def run_script(name: str, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a program of tests/clients, such as `read_skills.mjs`. Timeout in seconds; raises as `subprocess.run`."""
    return _run(CLIENTS / name, arguments, timeout)


def require_node_clients() -> None:
    """End the calling test unless exactly the locked clients are installed: skipped, or failed where CI=true."""
    if _installed():
        return
    message = f"the Node clients are not installed, or not as locked; install them with: {INSTALL}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def _installed() -> bool:
    stamp = MODULES / ".installed-lock"
    return stamp.is_file() and stamp.read_bytes() == (CLIENTS / "package-lock.json").read_bytes()


def _run(program: Path, arguments: tuple[str, ...], timeout: float) -> subprocess.CompletedProcess[str]:
    require_node_clients()
    return subprocess.run(
        [NODE, program, *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=_environment(),
        stdin=subprocess.DEVNULL,
        timeout=timeout,
    )


def _environment() -> dict[str, str]:
    """What the programs see: our Node first on PATH, plain output, no files in the user's home."""
    return {
        **os.environ,
        "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "NO_COLOR": "1",
        "MCP_STORAGE_DIR": str(MODULES / ".inspector"),
    }
