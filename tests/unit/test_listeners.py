"""Every listener has the same limits and headers, because there is one place that serves."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVERS = {"uvicorn", "hypercorn", "granian", "http.server", "socketserver", "wsgiref"}


def imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_every_listener_is_served_in_one_place():
    files = [file for folder in ("core", "server", "publisher") for file in (ROOT / folder).rglob("*.py")]
    serving = {
        file.relative_to(ROOT).as_posix()
        for file in files
        if any(name == server or name.startswith(f"{server}.") for name in imported(file) for server in SERVERS)
    }

    assert serving == {"core/mcpskills/process.py", "core/mcpskills/connection.py", "core/mcpskills/answering.py"}
