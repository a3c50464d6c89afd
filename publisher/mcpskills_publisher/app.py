"""Composition root of the publisher."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from mcpskills import logs
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.errors import McpSkillsError
from mcpskills.ports import Catalog, PackageStore, Signals, Signer
from mcpskills.settings import SIGNING_KEY
from mcpskills_publisher import watch
from mcpskills_publisher.pipeline import Observe
from mcpskills_publisher.reconcile import Parts, Reconciler, Summary
from mcpskills_publisher.settings import PublisherSettings
from mcpskills_publisher.tenure import Tenure

_log = structlog.get_logger(__name__)


class Publisher:
    """One tenant's publisher: `run` it, and ask `ready` for what the first reconcile did."""

    def __init__(self, reconciler: Reconciler, parts: Parts, every: float) -> None:
        self._reconciler = reconciler
        self._parts = parts
        self._every = every
        self._wanted = asyncio.Event()
        self._finished = asyncio.Event()
        self._first: Summary | Exception | None = None

    async def run(self) -> None:
        """Publish until cancelled; then end with the skill that is under way."""
        folder = self._parts.repository.watched
        async with asyncio.TaskGroup() as tasks:
            if folder is not None:
                tasks.create_task(watch.pushes(folder, self._heard))
            tasks.create_task(watch.requests(self._parts.signals, self._parts.tenant, self._heard))
            tasks.create_task(watch.follow(self._reconciler, self._wanted, self._every, self._done))

    async def ready(self) -> Summary:
        """What the first reconcile did; raises what it raised. `run` goes on trying in any case."""
        await self._finished.wait()
        if isinstance(self._first, Exception):
            raise self._first
        if self._first is None:
            raise AssertionError("the event is set after the outcome")
        return self._first

    def reconcile(self) -> Summary:
        """One reconcile, now, in the calling thread; not while `run` is running."""
        return self._reconciler.run()

    def _heard(self, reason: str) -> None:
        _log.debug("reconcile wanted", reason=reason)
        self._wanted.set()

    def _done(self, outcome: Summary | Exception) -> None:
        if self._first is None:
            self._first = outcome
            self._finished.set()


def build(
    settings: PublisherSettings,
    catalog: Catalog,
    store: PackageStore,
    signals: Signals,
    *,
    signer: Signer | None = None,
    observe: Observe | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Publisher:
    """Join the parts. `signer` stands for the key that the settings name; `observe` hears of every step.

    Raises `UnavailableError` when the repository cannot be opened or the signing key cannot be used.
    """
    repository = GitRepository.open(settings.location, settings.data / "mirrors")
    parts = Parts(
        repository=repository,
        catalog=catalog,
        store=store,
        signals=signals,
        signer=signer or FileKey.open(settings.signing_key or settings.data / SIGNING_KEY),
        registry=repository.location.shown,
        tenure=Tenure(catalog, settings.tenant, settings.data, settings.lease_seconds),
        tenant=settings.tenant,
        branch=settings.branch,
        observe=observe or _log_step,
        now=now,
    )
    return Publisher(Reconciler(parts), parts, settings.reconcile_seconds)


def main() -> None:
    """The publisher as its own process, on the embedded adapters; ends on Ctrl-C and SIGTERM."""
    try:
        settings = PublisherSettings.read()
        logs.to_file(settings.data / "logs" / "publisher.log")
        logs.to_console()
        asyncio.run(_run(settings))
    except McpSkillsError as error:
        raise SystemExit(f"error: {error.message}") from error


async def _run(settings: PublisherSettings) -> None:
    catalog = SqliteCatalog(settings.data / "catalog.sqlite")
    try:
        store = DirectoryPackageStore(settings.data / "packages")
        publisher = build(settings, catalog, store, InProcessSignals())
        running = asyncio.create_task(publisher.run())
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, running.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await running
    finally:
        catalog.close()


def _log_step(step: str, skill: str) -> None:
    _log.debug("step done", step=step, skill=skill)
