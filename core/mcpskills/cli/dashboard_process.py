"""The dashboard beside `mcpskills up`: a process of its own, which knows nothing but where the admin API is."""

import contextlib
import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2

from mcpskills import process
from mcpskills.errors import UnavailableError
from mcpskills.loopback import is_loopback
from mcpskills.printable import printable

PORT: Final = 8501
"""Where people look for it; when it is taken, a free one is."""

_HOST: Final = "127.0.0.1"
_PREFIX: Final = "MCPSKILLS_DASHBOARD_"
_HANDED_ON: Final = ("PATH", "HOME", "LANG", "LC_", "TZ", "TMPDIR", "PYTHON", "VIRTUAL_ENV", "SSL_CERT_")
"""How the variables begin that any program needs of its surroundings."""

_START_SECONDS: Final = 20.0
_LEAVE_SECONDS: Final = 5.0
_LAST_BYTES: Final = 4000
_SENTENCE: Final = 500
_NEEDED: Final = ("streamlit", "authlib")
_ANSWERS: Final = "/_stcore/health"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Where it is, or the sentence that says why it is not there."""

    url: str | None
    missing: str | None = None
    log: Path | None = None


@contextlib.contextmanager
def beside(api: str, port: int | None, log: Path) -> Iterator[Dashboard]:
    """Started on loopback for as long as the block lasts, and ended however this process ends.

    It asks the API at that address. Raises `UnavailableError` when a port was asked for and cannot be used.
    """
    missing = next((name for name in _NEEDED if importlib.util.find_spec(name) is None), None)
    if missing is not None:
        yield Dashboard(None, f"It needs `{missing}`: pip install 'open-mcp-skills[dashboard]'.")
        return
    if not is_loopback(urlsplit(api).hostname or ""):
        # Keys would go there without encryption.
        yield Dashboard(
            None, "It asks the server on this machine: listen on 127.0.0.1 or 0.0.0.0, or start it by itself."
        )
        return
    with _bound(port) as listener:
        child = _start(listener, api, log)
        url = process.url(listener)
    try:
        yield Dashboard(url, log=log)
    finally:
        _end(child)


async def begun(started: Dashboard) -> Dashboard:
    """The same as soon as it answers, or takes very long; without its address when its process has ended instead."""
    if started.url is None:
        return started
    try:
        # Its socket was bound before it began: who connects waits until it answers, and is cut off when it ends.
        async with httpx2.AsyncClient(trust_env=False, timeout=_START_SECONDS) as http:
            await http.get(f"{started.url}{_ANSWERS}")
    except httpx2.TimeoutException:
        return started
    except httpx2.TransportError:
        return Dashboard(None, f"It ended as it was starting. The last it said in {started.log}: {_last(started.log)}")
    return started


def _bound(port: int | None) -> socket.socket:
    if port is not None:
        return process.bind(_HOST, port, port_by="--dashboard-port")
    try:
        return process.bind(_HOST, PORT)
    except UnavailableError:
        return process.bind(_HOST, 0)


def _start(listener: socket.socket, api: str, log: Path) -> "subprocess.Popen[bytes]":
    # Nothing of what the server is told is for the dashboard: no pepper, no key of a cloud or of whoever started all this.
    kept = {name: value for name, value in os.environ.items() if name.startswith(_HANDED_ON)}
    own = {name: value for name, value in os.environ.items() if name.startswith(_PREFIX)}
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "mcpskills_dashboard", "--listener", str(listener.fileno())],
            env={**kept, **own, f"{_PREFIX}API": api},
            pass_fds=(listener.fileno(),),
            # Kept open and never written to: when it ends, the dashboard does, also after a kill of this process.
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            # Ctrl-C is for this process, which then ends the other one.
            start_new_session=True,
        )


def _last(log: Path | None) -> str:
    said = log.read_bytes()[-_LAST_BYTES:].decode(errors="replace").strip() if log is not None else ""
    return printable(said.rpartition("\n")[2], _SENTENCE) or "nothing."


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin is not None:
        child.stdin.close()
    try:
        child.wait(_LEAVE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
