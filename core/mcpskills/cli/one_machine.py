"""Composition root of `mcpskills up`: publisher and server in one process, on the embedded adapters."""

import asyncio
import contextlib
import fcntl
import logging
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from rich.console import Console

from mcpskills import logs, template
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.location import Location
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.git.seed import seed
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.errors import McpSkillsError, UnavailableError
from mcpskills_publisher import app as publisher_app
from mcpskills_publisher.app import Publisher
from mcpskills_publisher.settings import PublisherSettings
from mcpskills_server import app as server_app
from mcpskills_server import process
from mcpskills_server.replica import View
from mcpskills_server.settings import ServerSettings

_console = Console(soft_wrap=True, highlight=False, markup=False)
_PROGRESS_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class _Machine:
    """Everything that runs, wired and not yet started."""

    data: Path
    registry: str
    tenant: str
    catalog: SqliteCatalog
    publisher: Publisher
    service: server_app.Service
    listener: socket


def run(data: Path, registry: str | None, branch: str, *, host: str, port: int) -> None:
    """Run until Ctrl-C. Raises `UnavailableError` before anything is started when a part cannot be used."""
    data = data.absolute()
    with _owned(data), contextlib.closing(process.bind(host, port)) as listener:
        logs.to_file(data / "logs" / "mcpskills.log")
        publishing = PublisherSettings(data=data, registry=registry, branch=branch)
        serving = ServerSettings(data=data, registry=registry, branch=branch, host=host, port=port)
        process.run(_run(_wire(publishing, serving, listener)))


def _wire(publishing: PublisherSettings, serving: ServerSettings, listener: socket) -> _Machine:
    data = publishing.data
    catalog = SqliteCatalog(data / "catalog.sqlite")
    store = DirectoryPackageStore(data / "packages")
    signals = InProcessSignals()
    if publishing.registry is None and not Path(publishing.repository).exists():
        seed(Path(publishing.repository), template.location(), publishing.branch)
    publisher = publisher_app.build(publishing, catalog, store, signals)
    # A mirror of its own: the forge and the publisher may both be fetching.
    forge = LocalForge(GitRepository.open(publishing.repository, data / "proposals"), publishing.branch)
    service = server_app.registry(serving, catalog, store, signals, forge)
    return _Machine(
        data, Location(publishing.repository).shown, publishing.tenant, catalog, publisher, service, listener
    )


async def _run(machine: _Machine) -> None:
    stop = asyncio.Event()
    with process.stop_on_signal(stop):
        async with asyncio.TaskGroup() as tasks:
            publishing = tasks.create_task(machine.publisher.run())
            greeting = tasks.create_task(_greet(machine, stop))
            service = machine.service
            await process.serve(service.application, machine.listener, stop, service.close_streams)
            publishing.cancel()
            failure = await greeting
    if failure is not None:
        raise UnavailableError(failure)
    _console.print("Stopped. Start again with the same --data, and everything is as it was.")


async def _greet(machine: _Machine, stop: asyncio.Event) -> str | None:
    """Say what is served, once it is; gives the reason, and stops everything, when there is nothing that could be served."""
    progress = asyncio.create_task(_show_progress(machine))
    failure = await _first_reconcile(machine.publisher, stop)
    progress.cancel()
    await asyncio.wait((progress,))
    if stop.is_set():
        return None
    await machine.service.replica.first_view()
    view = await machine.service.replica.refresh()
    if failure is not None and view.snapshot.generation == 0:
        stop.set()
        return failure
    quarantined = await asyncio.to_thread(machine.catalog.quarantined, machine.tenant)
    for line in _greeting(machine, view, len(quarantined), failure):
        _console.print(line)
    # Until here everything was told in these lines; from now on warnings are news.
    logs.to_console(logging.WARNING)
    return None


async def _show_progress(machine: _Machine) -> None:
    """On a terminal, count the skills as they go live, until cancelled."""
    with _console.status("Publishing the skills of the registry repository …") as status:
        while True:
            await asyncio.sleep(_PROGRESS_SECONDS)
            if machine.service.replica.ready:
                live = len(machine.service.replica.view.snapshot.names)
                status.update(f"Publishing the skills of the registry repository … {live} live")


async def _first_reconcile(publisher: Publisher, stop: asyncio.Event) -> str | None:
    """Why the first reconcile could not publish; None when it could, or when the stop came first."""
    ready, stopped = asyncio.ensure_future(publisher.ready()), asyncio.ensure_future(stop.wait())
    await asyncio.wait((ready, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not ready.done():
        ready.cancel()
        return None
    error = ready.exception()
    if error is None:
        return ready.result().frozen
    # Whatever it was: it is logged with its traceback, it is tried again, and what was live is served meanwhile.
    return error.message if isinstance(error, McpSkillsError) else f"Publishing failed ({error!r}); the log says where."


def _greeting(machine: _Machine, view: View, quarantined: int, failure: str | None) -> Iterator[str]:
    url = process.url(machine.listener) + "/mcp"
    yield f"Open MCP Skills serves {len(view.snapshot.names)} skills."
    if failure is not None:
        yield f"They are the ones of the last start. {failure} It is tried again."
    if quarantined:
        yield f"{quarantined} folders are held back; `mcpskills list --status error` says why."
    yield ""
    yield f"  MCP URL    {url}"
    yield f"  Registry   {machine.registry}"
    yield f"  Data       {machine.data}"
    yield f"  Logs       {machine.data / 'logs' / 'mcpskills.log'}"
    yield ""
    yield "Change a skill, and it is live within a second:"
    yield f"  git clone {shlex.quote(machine.registry)} my-skills"
    yield f"  ${{EDITOR:-vi}} my-skills/{_example(view)}/SKILL.md"
    yield "  git -C my-skills commit -am 'Change a skill' && git -C my-skills push"
    yield ""
    yield "Connect Claude Code:"
    yield f"  claude mcp add --transport http skills {url}"
    yield ""
    yield "Ctrl-C stops."


def _example(view: View) -> str:
    served = next(iter(view.snapshot.after(None, 1)), None)
    return shlex.quote(served.version.origin.path) if served else "skills/my-skill"


@contextlib.contextmanager
def _owned(data: Path) -> Iterator[None]:
    """The data directory, ours alone. Raises `UnavailableError` when it cannot be made or another process has it."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise UnavailableError(
            f"The data directory {data} cannot be used: {error.strerror}. Choose another with --data."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UnavailableError(
            f"Another mcpskills is running on the data directory {data}. Stop it, or choose another with --data."
        ) from error
    else:
        yield
    finally:
        os.close(lock)
