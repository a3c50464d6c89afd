"""Composition root of the publisher."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime

import structlog

from mcpskills import logs, process
from mcpskills.adapters import backends, origins
from mcpskills.adapters.git.allowed_signers import AllowedSigners
from mcpskills.adapters.origins import Origin
from mcpskills.errors import McpSkillsError, UnavailableError
from mcpskills.ports import Catalog, Deliveries, PackageStore, Replicas, Signals, Signer
from mcpskills_publisher import listening, watch
from mcpskills_publisher.archiving import Archive
from mcpskills_publisher.listening import Listener
from mcpskills_publisher.pipeline import Observe
from mcpskills_publisher.progress import Progress, progress
from mcpskills_publisher.reconcile import Parts, Reconciler, Summary
from mcpskills_publisher.report_back import Reporter
from mcpskills_publisher.saying import Saying
from mcpskills_publisher.settings import PublisherSettings
from mcpskills_publisher.tenure import Tenure
from mcpskills_publisher.webhook.inbox import Inbox

_log = structlog.get_logger(__name__)


class Publisher:
    """One tenant's publisher: `run` it, and ask `ready` for what the first reconcile did.

    With an inbox it is woken by deliveries of webhooks as well; with a reporter the forge hears what became of a commit. Where
    `saying` is given, it tells people how it is.
    """

    def __init__(
        self,
        reconciler: Reconciler,
        parts: Parts,
        every: float,
        inbox: Inbox | None = None,
        reporter: Reporter | None = None,
        *,
        saying: Saying | None = None,
    ) -> None:
        self._reconciler = reconciler
        self._parts = parts
        self._every = every
        self._inbox = inbox
        self._reporter = reporter
        self._saying = saying
        self._progress: Progress | None = None
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
            if self._inbox is not None:
                tasks.create_task(self._inbox.run(self._heard))
            if self._reporter is not None:
                tasks.create_task(self._reporter.run())
            if self._saying is not None:
                tasks.create_task(self._saying.run())
            follow = watch.follow(self._reconciler, self._wanted, self._every, begins=self._begins, done=self._done)
            tasks.create_task(follow)

    @property
    def progress(self) -> Progress | None:
        """What came of the last reconcile; None until the first is over."""
        return self._progress

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
        if self._reporter is not None:
            self._reporter.heard()
        self._wanted.set()

    def _begins(self) -> None:
        delivered = self._inbox.begin() if self._inbox is not None else None
        if self._reporter is not None:
            self._reporter.begins(delivered)

    def _done(self, outcome: Summary | Exception) -> None:
        self._progress = progress(outcome, self._progress, self._parts.now())
        if self._saying is not None:
            self._saying.ended(self._progress)
        if isinstance(outcome, Summary) and outcome.left:
            self._wanted.set()
        if self._inbox is not None and isinstance(outcome, Summary) and not outcome.done.again:
            self._inbox.end_well()
        if self._reporter is not None and isinstance(outcome, Summary):
            self._reporter.ended(outcome)
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
    deliveries: Deliveries | None = None,
    origin: Origin | None = None,
    replicas: Replicas | None = None,
    archive: Archive | None = None,
    observe: Observe | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Publisher:
    """Join the parts. `signer` and `origin` stand for the key and the repository that the settings name; `deliveries` wake it.

    `replicas` say what is live where, and hear how it is; `archive` is gone on with under the lease; `observe` hears of every
    step. Raises `InvalidInputError` for settings that are half there, `UnavailableError` when the repository cannot be opened or
    the signing key cannot be used.
    """
    origin = origin or origins.origin(settings)
    reports = origin.reports()
    reporter = Reporter(reports, catalog, replicas, settings.tenant, now) if reports is not None else None
    parts = Parts(
        repository=origin.repository(settings.own / "mirrors"),
        catalog=catalog,
        store=store,
        signals=signals,
        signer=signer or backends.signer(settings, settings.signing_key),
        signers=AllowedSigners.read(settings.allowed_signers) if settings.allowed_signers else AllowedSigners(),
        registry=origin.registry,
        tenure=Tenure(catalog, settings.tenant, settings.own, settings.lease_seconds),
        tenant=settings.tenant,
        branch=settings.branch,
        observe=observe or _log_step,
        now=now,
        taken_up=reporter.taken_up if reporter is not None else lambda _: None,
        archive=archive,
    )
    # A name of its own for every process: two that took deliveries under one name could not tell whose they are.
    name, every = f"{socket.gethostname()}:{os.getpid()}", settings.reconcile_seconds
    inbox = Inbox(deliveries, name) if deliveries is not None else None
    saying = Saying(replicas, settings.tenant, name, every) if replicas is not None else None
    return Publisher(Reconciler(parts), parts, every, inbox, reporter, saying=saying)


@contextmanager
def archive(settings: PublisherSettings, now: Callable[[], datetime]) -> Iterator[Archive | None]:
    """The archive of the journal until the block ends, on a connection of its own; None where none is wanted.

    Raises `InvalidInputError` for a setting that is missing, `UnavailableError` when the journal cannot be opened.
    """
    if not settings.journal_archive:
        yield None
        return
    with backends.journal(settings) as kept:
        yield Archive(kept, backends.journal_archive(settings), settings.tenant, now)


def main() -> None:
    """The publisher as its own process; ends on Ctrl-C and SIGTERM."""
    try:
        settings = PublisherSettings.read()
        settings = settings.each()[settings.tenant]
        logs.to_file(settings.own / "logs" / "publisher.log")
        logs.to_console()
        _check(settings)
        process.run(_run(settings))
    except McpSkillsError as error:
        raise SystemExit(f"error: {error.message}") from error


def _check(settings: PublisherSettings) -> None:
    """End here when something was never made; what only cannot be reached now is tried again by every reconcile."""
    try:
        backends.check(settings)
    except UnavailableError as error:
        _log.warning("the storage cannot be checked, going on", reason=error.message)


async def _run(settings: PublisherSettings) -> None:
    stop = asyncio.Event()
    with ExitStack() as held, process.stop_on_signal(stop):
        parts = held.enter_context(backends.opened(settings))
        replicas = held.enter_context(backends.replicas(settings))
        deliveries = held.enter_context(backends.deliveries(settings)) if settings.webhook_secrets else None
        publisher = build(
            settings,
            parts.catalog,
            parts.store,
            parts.signals,
            deliveries=deliveries,
            replicas=replicas,
            archive=held.enter_context(archive(settings, parts.now)),
            now=parts.now,
        )
        telling = listening.operations(settings, lambda: publisher.progress, replicas)
        listeners = [Listener(telling, held.enter_context(closing(listening.bind_operations(settings))))]
        if deliveries is not None:
            receiving = listening.webhooks(settings, lambda: publisher.progress, deliveries, parts.now)
            public = held.enter_context(closing(listening.bind_webhooks(settings)))
            listeners.append(Listener(receiving, public, settings.webhook_proxies, settings.hsts_seconds))
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(publisher.run())
            await listening.serve(listeners, stop)
            running.cancel()


def _log_step(step: str, skill: str) -> None:
    _log.debug("step done", step=step, skill=skill)
