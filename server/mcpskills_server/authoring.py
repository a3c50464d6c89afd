"""Composition root of `mcpskills serve`: a plain folder on /mcp, for its author."""

import asyncio
import logging
from pathlib import Path
from socket import socket

from rich.console import Console

from mcpskills import logs, process
from mcpskills.adapters import backends
from mcpskills.printable import printable
from mcpskills.snapshot import Difference
from mcpskills.validation.policy import Policy
from mcpskills_server import app
from mcpskills_server.folder_source import FolderSource
from mcpskills_server.service import Service
from mcpskills_server.settings import ServerSettings

_console = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
_LONGEST = 10_000
_POLL_SECONDS = 5.0  # saves are heard of at once; polling is for file systems that tell nothing


def run(directory: Path, host: str, port: int, policy: Policy) -> None:
    """Serve until Ctrl-C. Raises `InvalidInputError` for a directory and `UnavailableError` for an address of no use."""
    logs.to_console(logging.WARNING)
    settings = ServerSettings.read(host=host, port=port, poll_seconds=_POLL_SECONDS, workers=1)
    source = FolderSource(directory, settings.tenant, policy, _refuse)
    listener = process.bind(host, port)
    with backends.signals(settings) as signals, backends.sessions(settings) as sessions:
        service = app.folder(settings, source, app.sharing(settings, sessions, signals))
        service.replica.on_swap(_tell)
        process.run(_serve(service, listener, directory))


async def _serve(service: Service, listener: socket, directory: Path) -> None:
    stop = asyncio.Event()
    with process.stop_on_signal(stop):
        async with asyncio.TaskGroup() as tasks:
            answering = process.serve(
                service.application,
                listener,
                stop,
                service.close_streams,
                limits=service.limits,
                proxies=service.proxies,
            )
            serving = tasks.create_task(answering)
            view = await service.replica.first_view()
            url = process.url(listener)
            _say(f"Serving {len(view.snapshot.names)} skills of {directory} on {url}/mcp")
            _say(f"Connect Claude Code:  claude mcp add --transport http skills {url}/mcp")
            _say("Save a file and it is live. Ctrl-C stops.")
            await serving
    _say("Stopped.")


def _refuse(name: str, reason: str) -> None:
    _say(f"refused: {name}: {reason}")


async def _tell(changed: Difference) -> None:
    for verb, names in (("added", changed.added), ("updated", changed.updated), ("removed", changed.removed)):
        if names:
            _say(f"{verb}: {', '.join(sorted(names))}")


def _say(line: str) -> None:
    """Folders have names that nobody checked; none of them may speak to the terminal."""
    _console.print(printable(line, _LONGEST))
