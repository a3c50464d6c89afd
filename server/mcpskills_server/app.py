"""Composition root of the server: a source of snapshots, the MCP endpoint and the admin API, joined into one application."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import cache, partial
from socket import socket

import structlog

from mcpskills import logs, process, workers
from mcpskills.access import Role
from mcpskills.adapters import backends
from mcpskills.adapters.caching import CachingPackageStore
from mcpskills.adapters.in_process_allowances import InProcessAllowances
from mcpskills.adapters.signing.file_key import public_path
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.connection import Limits as ConnectionLimits
from mcpskills.errors import InvalidInputError, McpSkillsError, UnavailableError
from mcpskills.ports import Forge, Sessions, SharedAllowances, Signals
from mcpskills.settings import SIGNING_KEY, Storage
from mcpskills.source_rates import SourceRates
from mcpskills.trust import Verify
from mcpskills.workers import Worker
from mcpskills_server import cors, naming, reporting, unreadable
from mcpskills_server.auth import protected_resource
from mcpskills_server.auth.anonymous import let_in
from mcpskills_server.auth.authentication import Authentication
from mcpskills_server.auth.authenticator import Authenticator
from mcpskills_server.auth.calling import Denied
from mcpskills_server.auth.denials import Denials
from mcpskills_server.auth.keys import KeyAuthenticator
from mcpskills_server.auth.known import KnownCallers
from mcpskills_server.auth.limits.counting import Counting
from mcpskills_server.auth.limits.limiting import Limits
from mcpskills_server.auth.limits.plans import Plans, known_plans
from mcpskills_server.auth.protected_resource import ProtectedResource
from mcpskills_server.auth.tokens.trust import trust
from mcpskills_server.behind import PATIENCE_SECONDS, Behind, Rest
from mcpskills_server.catalog_source import CatalogSource
from mcpskills_server.front import Front, Job
from mcpskills_server.library import Library
from mcpskills_server.mcp.sessions import Shared
from mcpskills_server.recording.recorder import Recorder
from mcpskills_server.recording.writer import Writer
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.replica import Replica
from mcpskills_server.service import Service
from mcpskills_server.settings import ServerSettings
from mcpskills_server.source import Source
from mcpskills_server.statistics.collecting import Collector
from mcpskills_server.statistics.keeping import keep_folding
from mcpskills_server.telemetry.tally import Tally
from mcpskills_server.tenancy import Tenancy

_log = structlog.get_logger(__name__)


def registry(settings: ServerSettings, on: ServedRegistry, *, name: str | None = None, alone: bool = True) -> Service:
    """The server of a registry: skills come from the catalog, and admins manage them.

    It reports what it serves by a name of its own: host and process unless another is given. One that is not `alone` in its
    process loads what is heavy when it is wanted, and tells nothing of the process.
    """
    verify = _verifying(settings)
    replica, library = _replica(settings, CatalogSource(on.catalog, on.store, on.signals, settings.tenant, verify))
    tally, limits = Tally(), _limits(settings, on.allowances, on.sources)
    resource = protected_resource.resource(settings)
    collector = _collector(settings, on, replica)
    recorder = _recorder(settings, on, collector)

    def load() -> Rest:
        from mcpskills_server import application  # noqa: PLC0415 heavy, and not needed for the first answers
        from mcpskills_server.admin import parts  # noqa: PLC0415 as heavy

        if recorder is not None:
            recorder.load()
        return application.Application(
            settings,
            replica,
            library,
            tally,
            counted_by=lambda: limits.counted_by,
            shared=sharing(settings, on.sessions, on.signals),
            parts=parts.joined(on, settings, replica, library, verify=verify),
            resource=resource,
            recorder=recorder,
            alone=alone,
        )

    who = Authentication(_authenticators(settings, on, resource), KnownCallers(settings.key_grace_seconds))
    denials = Denials(on.principals, settings.tenant, tally)
    jobs: tuple[Job, ...] = (
        partial(reporting.keep_reporting, replica, on.replicas, settings.tenant, name or reporting.own_name()),
        *_knowing(settings, on, who, denials),
        *_recording(settings, on, recorder, collector),
    )
    return _service(
        settings,
        replica,
        Behind(load, replica, PATIENCE_SECONDS if alone else None),
        tally,
        *jobs,
        who=who,
        limits=limits,
        resource=resource,
        denied=denials.deny,
        recorder=recorder,
    )


def folder(settings: ServerSettings, source: Source, shared: Shared | None = None) -> Service:
    """The server of a plain folder: nothing to manage, so no admin API. Without what replicas share it keeps no sessions.

    Raises `InvalidInputError` for settings by which only some should read it.
    """
    if settings.oidc_issuer is not None:
        raise InvalidInputError(
            "MCPSKILLS_OIDC_ISSUER: expected nothing, because a folder is served to whoever reaches the address, "
            f"got {settings.oidc_issuer!r}. `mcpskills up` serves a registry to who signs in."
        )
    replica, library = _replica(settings, source)
    tally, limits = Tally(), _limits(settings, None, None)

    def load() -> Rest:
        from mcpskills_server import application  # noqa: PLC0415 heavy, and not needed for the first answers

        return application.Application(
            settings, replica, library, tally, counted_by=lambda: limits.counted_by, shared=shared
        )

    # No store, so no keys: whoever reaches the address reads, and there is nothing else to do.
    who = Authentication([], KnownCallers(settings.key_grace_seconds))
    return _service(settings, replica, Behind(load, replica), tally, who=who, limits=limits, otherwise=Role.VIEWER)


def sharing(settings: ServerSettings, sessions: Sessions | None, signals: Signals) -> Shared | None:
    """What replicas share, where the settings have sessions and there is a place for them."""
    return Shared(sessions, signals, settings.tenant) if sessions is not None and settings.keeps_sessions else None


def main() -> None:
    """The server as its own process, or as several. Without Redis they hear of changes by polling."""
    try:
        settings = ServerSettings.read()
        logs.to_file(settings.data / "logs" / "server.log")
        logs.to_console()
        if settings.workers == 1:
            _alone(settings)
        else:
            _several(settings)
    except McpSkillsError as error:
        raise SystemExit(f"error: {error.message}") from error


def _alone(settings: ServerSettings) -> None:
    with contextlib.closing(process.bind(settings.host, settings.port)) as listener:
        process.run(_serve(settings, listener, lambda _: contextlib.nullcontext()))


def _several(settings: ServerSettings) -> None:
    """As many processes as there are workers, each with everything of its own; this one holds the port and watches them."""
    if settings.keeps_sessions and settings.redis_url is None:
        raise InvalidInputError(
            f"MCPSKILLS_WORKERS: expected 1, because MCPSKILLS_SESSIONS is stateful and one worker knows nothing of another's "
            f"sessions, got {settings.workers}. Set MCPSKILLS_REDIS_URL, in which they share them, or serve by one worker."
        )
    with contextlib.closing(process.reserve(settings.host, settings.port)) as reserved:
        # What is missing is told once, before anything is started; nothing of it stays open.
        for each in settings.each().values():
            with backends.opened(each):
                backends.peppers(each)
                let_in(each)
                if (resource := protected_resource.resource(each)) is not None:
                    trust(each, resource)
        workers.keep(settings.workers, partial(_work, settings, reserved), notice=settings.drain_seconds)


def _work(settings: ServerSettings, reserved: socket, worker: Worker) -> None:
    # Several processes cannot take turns with the files of one log.
    logs.to_file(settings.data / "logs" / f"server-{worker.number}.log")
    with contextlib.closing(process.share(reserved)) as listener:
        process.run(_serve(settings, listener, worker.stop_without_parent))


async def _serve(
    settings: ServerSettings, listener: socket, stopping: Callable[[asyncio.Event], AbstractContextManager[None]]
) -> None:
    """Serve until a signal comes, or what is `stopping` sets the event."""
    with _opened(settings) as serving:
        stop = asyncio.Event()
        _log.info("skills are served", url=process.url(listener) + "/mcp")
        serving.failing(stop.set)
        with process.stop_on_signal(stop), stopping(stop):
            await process.serve(
                serving.application,
                listener,
                stop,
                serving.close_streams,
                leave=serving.leave,
                notice=settings.drain_seconds,
                limits=ConnectionLimits(refusal=unreadable.refusal),
                proxies=settings.proxies,
                hsts_seconds=settings.hsts_seconds,
            )
        serving.check()


@contextlib.contextmanager
def _opened(settings: ServerSettings) -> Iterator[Service | Tenancy]:
    """What the process serves, one tenant or several, until the block ends."""
    tenants = settings.each()
    # One count for all: who tries keys is at it whatever tenants these name.
    sources = SourceRates(settings.failures_per_minute)
    with ExitStack() as held:
        served = {
            # Who comes without a credential is let in to our own tenant at most: others are told apart by what clients say.
            name: held.enter_context(
                _tenant(
                    each if name == settings.tenant else each.model_copy(update={"anonymous": None}),
                    sources,
                    alone=len(tenants) == 1,
                )
            )
            for name, each in tenants.items()
        }
        if len(served) == 1:
            yield served[settings.tenant]
        else:
            yield Tenancy(served, settings.tenant, naming.of(tenants), workers=settings.workers)


@contextlib.contextmanager
def _tenant(settings: ServerSettings, sources: SourceRates, *, alone: bool) -> Iterator[Service]:
    """A tenant's server on adapters of its own, until the block ends."""
    with (
        backends.opened(settings) as parts,
        backends.replicas(settings) as replicas,
        backends.sessions(settings) as sessions,
        backends.statistics(settings) as statistics,
        backends.journal(settings) as journal,
        backends.tail(settings) as tail,
    ):
        near = CachingPackageStore(parts.store, settings.own / "cache" / "packages", settings.package_disk_bytes)
        on = ServedRegistry(
            catalog=parts.catalog,
            store=near if settings.storage is Storage.AWS else parts.store,
            signals=parts.signals,
            forge=partial(_forge, settings),
            principals=parts.principals,
            peppers=backends.peppers(settings),
            replicas=replicas,
            secrets=backends.secrets(settings),
            sessions=sessions,
            allowances=backends.allowances(settings),
            statistics=statistics,
            sources=sources,
            journal=journal,
            tail=tail,
            now=parts.now,
        )
        service = registry(settings, on, alone=alone)
        near.spare(service.replica.digests)
        yield service


def _forge(settings: ServerSettings) -> Forge:
    from mcpskills.adapters import origins  # noqa: PLC0415 not needed for the first answers
    from mcpskills.adapters.late_forge import LateForge  # noqa: PLC0415

    origin = origins.origin(settings)
    return LateForge(lambda: origin.forge(settings.own / "proposals", settings.branch))


def _verifying(settings: ServerSettings) -> Verify:
    """Verifies with the keys that the settings trust, else with the one of the publisher in the same data directory.

    That key may not be there yet when the server starts first, so it is read when it is needed.
    """

    @cache
    def keys() -> TrustedKeys:
        try:
            return TrustedKeys.read(settings.trusted_keys or (public_path(settings.own / SIGNING_KEY),))
        except InvalidInputError as error:
            raise UnavailableError(f"No version can be verified. {error.message}") from error

    return lambda envelope, payload_type: keys().verify(envelope, payload_type)


def _authenticators(
    settings: ServerSettings, on: ServedRegistry, resource: ProtectedResource | None
) -> list[Authenticator]:
    known: list[Authenticator] = [KeyAuthenticator(on.principals, on.peppers, settings.tenant, on.now)]
    if resource is not None:
        from mcpskills_server.auth.tokens.authenticator import TokenAuthenticator  # noqa: PLC0415 heavy

        known.append(TokenAuthenticator(trust(settings, resource), on.principals, now=on.now))
    return known


def _replica(settings: ServerSettings, source: Source) -> tuple[Replica, Library]:
    return Replica(source, settings.poll_seconds), Library(source, settings.package_cache_bytes)


def _limits(settings: ServerSettings, shared: SharedAllowances | None, sources: SourceRates | None) -> Limits:
    local = InProcessAllowances()
    counting = None if shared is None else Counting(shared, local, settings.limits_without_redis)
    sources = SourceRates(settings.failures_per_minute) if sources is None else sources
    return Limits(Plans(known_plans(settings.plans), settings.plan), sources, local, counting)


def _collector(settings: ServerSettings, on: ServedRegistry, replica: Replica) -> Collector | None:
    if on.statistics is None:
        return None
    return Collector(on.statistics, settings.tenant, lambda: replica.view.snapshot, on.now)


def _recorder(settings: ServerSettings, on: ServedRegistry, collector: Collector | None) -> Recorder | None:
    """None where nobody wants to know of requests."""
    writer = _writer(settings, on)
    consumers = () if collector is None else (collector.observe,)
    if writer is None and collector is None:
        return None
    return Recorder(settings.tenant, writer, consumers, counts=collector is not None)


def _knowing(settings: ServerSettings, on: ServedRegistry, who: Authentication, denials: Denials) -> Iterator[Job]:
    """What has to run so that callers are told apart, and what they may ask is counted."""
    yield denials.note
    if on.allowances is not None:
        yield on.allowances.run
    yield partial(who.watch, on.principals, settings.tenant)
    yield partial(who.note, on.principals)


def _recording(
    settings: ServerSettings, on: ServedRegistry, recorder: Recorder | None, collector: Collector | None
) -> Iterator[Job]:
    """What has to run so that requests are remembered and counted."""
    if on.statistics is not None:
        yield partial(keep_folding, on.statistics, settings.tenant, on.now)
    if recorder is not None:
        yield recorder.run if collector is None else partial(collector.run, recorder)


def _writer(settings: ServerSettings, on: ServedRegistry) -> Writer | None:
    if on.journal is None or not settings.journal:
        return None
    writer = Writer(on.journal, settings.journal_bodies, settings.journal_per_second)
    if on.tail is not None:
        writer.tell(on.tail.tell)
    return writer


def _service(
    settings: ServerSettings,
    replica: Replica,
    behind: Behind,
    tally: Tally,
    *jobs: Job,
    who: Authentication,
    limits: Limits,
    otherwise: Role | None = None,
    resource: ProtectedResource | None = None,
    denied: Denied | None = None,
    recorder: Recorder | None = None,
) -> Service:
    """What is in `jobs` runs as long as the application does. Callers without a credential are `otherwise` if nothing else."""
    anonymous = let_in(settings, otherwise)
    front = Front(
        replica,
        behind,
        jobs,
        settings,
        tally,
        who=who,
        anonymous=anonymous,
        limits=limits,
        resource=resource,
        denied=denied,
        recorder=recorder,
    )
    return Service(cors.around(front, settings.allowed_origins), replica, behind, settings.proxies)
