"""Composition root of `mcpskills up`: publisher and server in one process, on the embedded adapters, the dashboard in another."""

import asyncio
import contextlib
import fcntl
import logging
import os
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from socket import socket
from typing import TypeVar

from rich.console import Console

from mcpskills import first_key, logs, process, template
from mcpskills.access import Role
from mcpskills.adapters import backends, origins
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.git.seed import seed
from mcpskills.adapters.in_process import InProcessReplicas, InProcessSignals
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills.adapters.in_process_tail import InProcessTail
from mcpskills.adapters.origins import Origin
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills.api_key import Peppers, WholeKey
from mcpskills.audit import Actor
from mcpskills.cli import dashboard_process, greeting
from mcpskills.cli.dashboard_process import Dashboard
from mcpskills.cli.greeting import Access, Started
from mcpskills.errors import ConflictError, McpSkillsError, UnavailableError
from mcpskills.first_key import Wish
from mcpskills.ports import Journal, Statistics
from mcpskills_publisher import app as publisher_app
from mcpskills_publisher.app import Publisher
from mcpskills_publisher.archiving import Archive
from mcpskills_publisher.settings import PublisherSettings
from mcpskills_server import app as server_app
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.replica import View
from mcpskills_server.service import Service
from mcpskills_server.settings import ServerSettings

_console = Console(soft_wrap=True, highlight=False, markup=False)
_LOG = Path("logs", "mcpskills.log")
_DASHBOARD_LOG = Path("logs", "dashboard.log")
_PROGRESS_SECONDS = 0.2
_PATIENCE_SECONDS = 5.0

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Machine:
    """Everything that runs, wired and not yet started."""

    settings: PublisherSettings
    origin: Origin
    catalog: SqliteCatalog
    principals: SqlitePrincipals
    publisher: Publisher
    service: Service
    listener: socket
    peppers: Peppers
    anonymous: Role | None


def run(
    data: Path,
    registry: str | None,
    branch: str,
    *,
    host: str,
    port: int,
    anonymous: Role | None,
    dashboard: bool = False,
    dashboard_port: int | None = None,
) -> None:
    """Run until Ctrl-C. Raises `UnavailableError` before anything is started when a part cannot be used."""
    data = data.absolute()
    publishing = PublisherSettings.read(data=data, registry=registry, branch=branch)
    serving = ServerSettings.read(
        data=data, registry=registry, branch=branch, host=host, port=port, workers=1, anonymous=anonymous
    )
    with (
        _owned(data),
        contextlib.closing(process.bind(host, port)) as listener,
        backends.statistics(serving) as statistics,
        backends.journal(serving) as journal,
        publisher_app.archive(publishing, lambda: datetime.now(UTC)) as archive,
    ):
        logs.to_file(data / _LOG)
        machine = _wire(publishing, serving, listener, statistics, journal, archive=archive)
        with contextlib.closing(machine.catalog), contextlib.closing(machine.principals):
            if not dashboard:
                process.run(_run(machine, None))
                return
            with dashboard_process.beside(process.url(listener), dashboard_port, data / _DASHBOARD_LOG) as beside:
                process.run(_run(machine, beside))


def _wire(
    publishing: PublisherSettings,
    serving: ServerSettings,
    listener: socket,
    statistics: Statistics,
    journal: Journal,
    *,
    archive: Archive | None,
) -> _Machine:
    data, origin = publishing.data, origins.origin(publishing)
    catalog, principals = SqliteCatalog(data / "catalog.sqlite"), SqlitePrincipals(data / "catalog.sqlite")
    store = DirectoryPackageStore(publishing.own / "packages")
    signals, replicas = InProcessSignals(publishing.tenant), InProcessReplicas()
    if publishing.registry is None and not origin.location.remote and not origin.location.folder.exists():
        seed(origin.location.folder, template.location(), publishing.branch)
    publisher = publisher_app.build(
        publishing, catalog, store, signals, replicas=replicas, origin=origin, archive=archive
    )
    # A mirror of its own: the forge and the publisher may both be fetching.
    forge = partial(origin.forge, publishing.own / "proposals", publishing.branch)
    on = ServedRegistry(
        catalog=catalog,
        store=store,
        signals=signals,
        forge=forge,
        principals=principals,
        peppers=backends.peppers(serving),
        replicas=replicas,
        secrets=backends.secrets(serving),
        sessions=InProcessSessions(),
        statistics=statistics,
        journal=journal,
        tail=InProcessTail(publishing.tenant),
    )
    service = server_app.registry(serving, on)
    return _Machine(
        publishing, origin, catalog, principals, publisher, service, listener, on.peppers, serving.anonymous
    )


async def _run(machine: _Machine, dashboard: Dashboard | None) -> None:
    stop = asyncio.Event()
    service = machine.service
    service.behind.on_failure = stop.set
    with process.stop_on_signal(stop):
        async with asyncio.TaskGroup() as tasks:
            publishing = tasks.create_task(machine.publisher.run())
            greeting = tasks.create_task(_greet(machine, dashboard, stop))
            await process.serve(
                service.application,
                machine.listener,
                stop,
                service.close_streams,
                leave=service.leave,
                hsts_seconds=machine.settings.hsts_seconds,
                limits=service.limits,
                proxies=service.proxies,
            )
            stop.set()
            publishing.cancel()
            failure = await greeting
    if failure is not None:
        raise UnavailableError(failure)
    # Raises what kept a part of the server from loading, and ended everything.
    _ = service.behind.rest
    _console.print("Stopped. Start again with the same --data, and everything is as it was.")


async def _greet(machine: _Machine, dashboard: Dashboard | None, stop: asyncio.Event) -> str | None:
    """Say what is served, once it is; gives the reason, and stops everything, when nothing is there to be served."""
    progress = asyncio.create_task(_show_progress(machine))
    publishing = await _unless(stop, _first_reconcile(machine))
    progress.cancel()
    view = await _unless(stop, _first_view(machine))
    if publishing is None or view is None:
        return None
    if publishing.failure is not None and view.snapshot.generation == 0:
        stop.set()
        return publishing.failure
    quarantined = await asyncio.to_thread(machine.catalog.quarantined, machine.settings.tenant)
    try:
        # At the very end: a start that failed before has not used up the one time that it is shown.
        made = await asyncio.to_thread(_first_key, machine)
    except McpSkillsError as error:
        stop.set()
        return error.message
    beside = None if dashboard is None else await _unless(stop, dashboard_process.begun(dashboard))
    started = _started(machine, Access(made, machine.anonymous), beside)
    for line in greeting.lines(started, publishing, view.snapshot, quarantined=len(quarantined)):
        _console.print(line)
    # Until here everything was told in these lines; from now on warnings are news.
    logs.to_console(logging.WARNING)
    return None


async def _show_progress(machine: _Machine) -> None:
    """On a terminal, count the skills as they go live, until cancelled."""
    replica = machine.service.replica
    with _console.status("Publishing the skills of the registry repository …") as status:
        while True:
            await asyncio.sleep(_PROGRESS_SECONDS)
            live = len(replica.view.snapshot.names) if replica.ready else 0
            status.update(f"Publishing the skills of the registry repository … {live} live")


async def _first_reconcile(machine: _Machine) -> greeting.Publishing:
    try:
        summary = await machine.publisher.ready()
    except McpSkillsError as error:
        return greeting.Publishing(failure=error.message, empty=False)
    except Exception as error:  # noqa: BLE001 it is logged and tried again, and what was live is served meanwhile
        return greeting.Publishing(failure=f"Publishing failed ({error!r}).", empty=False)
    return greeting.Publishing(failure=summary.frozen, empty=summary.commit is None)


async def _first_view(machine: _Machine) -> View:
    """The view after the first reconcile; says why it is not there when that takes long."""
    replica = machine.service.replica
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await replica.first_view()
    except TimeoutError:
        _console.print(f"Nothing is served yet. {replica.freshness.error or 'The skills are being loaded.'}")
        await replica.first_view()
    with contextlib.suppress(UnavailableError):
        return await replica.refresh()
    return replica.view


def _first_key(machine: _Machine) -> WholeKey | None:
    """The key of whoever starts all this, made at the first start; None later, and where nobody needs one to do everything."""
    if machine.anonymous is Role.OWNER:
        return None
    wish = Wish("owner", Actor("mcpskills up"), datetime.now(UTC))
    try:
        return first_key.make(machine.principals, machine.peppers, machine.settings.tenant, wish)
    except ConflictError:
        return None


def _started(machine: _Machine, access: Access, dashboard: Dashboard | None) -> Started:
    settings, where = machine.settings, machine.origin.location
    return Started(
        url=process.url(machine.listener),
        registry=where.shown,
        branch=settings.branch if settings.registry or where.remote else None,
        polled_seconds=settings.reconcile_seconds if where.remote else None,
        data=settings.data,
        log=settings.data / _LOG,
        access=access,
        dashboard=dashboard,
    )


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, _T]) -> _T | None:
    """What the work gives, or None when the stop comes first."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        return working.result()
    working.cancel()
    return None


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
