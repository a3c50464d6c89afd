"""Composition root of `mcpskills serve`: a plain folder on /mcp, for its author."""

import asyncio
import logging
from pathlib import Path
from socket import socket

from rich.console import Console

from mcpskills import logs
from mcpskills.snapshot import Difference
from mcpskills.validation.policy import Limits
from mcpskills_server import app, process
from mcpskills_server.folder_source import FolderSource
from mcpskills_server.settings import ServerSettings

_console = Console(soft_wrap=True)
_POLL_SECONDS = 5.0  # saves are heard of at once; polling is for file systems that tell nothing


def run(directory: Path, host: str, port: int) -> None:
    """Serve until Ctrl-C. Raises `InvalidInputError` for a directory and `UnavailableError` for an address of no use."""
    logs.to_console(logging.WARNING)
    settings = ServerSettings(host=host, port=port, poll_seconds=_POLL_SECONDS)
    source = FolderSource(directory, settings.tenant, Limits(), _refuse)
    listener = process.bind(host, port)
    service = app.folder(settings, source)
    service.replica.on_swap(_tell)
    process.run(_serve(service, listener, directory))


async def _serve(service: app.Service, listener: socket, directory: Path) -> None:
    stop = asyncio.Event()
    with process.stop_on_signal(stop):
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(process.serve(service.application, listener, stop, service.close_streams))
            view = await service.replica.first_view()
            url = process.url(listener)
            _console.print(f"Serving {len(view.snapshot.names)} skills of {directory} on {url}/mcp", highlight=False)
            _console.print(f"Connect Claude Code:  claude mcp add --transport http skills {url}/mcp", highlight=False)
            _console.print("Save a file and it is live. Ctrl-C stops.", highlight=False)
            await serving
    _console.print("Stopped.")


def _refuse(name: str, reason: str) -> None:
    _console.print(f"refused: {name}: {reason}", highlight=False, markup=False)


async def _tell(changed: Difference) -> None:
    for verb, names in (("added", changed.added), ("updated", changed.updated), ("removed", changed.removed)):
        if names:
            _console.print(f"{verb}: {', '.join(sorted(names))}", highlight=False, markup=False)
