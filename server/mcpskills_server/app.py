"""Composition root of the server: a source of snapshots, the MCP endpoint and the admin API, joined into one application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial

import structlog
from fastapi import FastAPI

import mcpskills
from mcpskills import logs, process
from mcpskills.adapters import backends, origins
from mcpskills.adapters.caching import CachingPackageStore
from mcpskills.adapters.signing.file_key import public_path
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.errors import InvalidInputError, McpSkillsError, UnavailableError
from mcpskills.ports import Catalog, Forge, PackageStore, Replicas, Signals
from mcpskills.settings import SIGNING_KEY, Storage
from mcpskills.trust import Verify
from mcpskills_server import admin, health, problems, reporting
from mcpskills_server.admin import Admin
from mcpskills_server.admin.known_names import KnownNames
from mcpskills_server.admin.trial import Trial
from mcpskills_server.catalog_source import CatalogSource
from mcpskills_server.library import Library
from mcpskills_server.mcp.endpoint import McpEndpoint
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from mcpskills_server.source import Source

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """The application, the replica whose view it serves, and how to end its open streams before the process stops."""

    application: FastAPI
    replica: Replica
    close_streams: Callable[[], None]


def registry(
    settings: ServerSettings,
    catalog: Catalog,
    store: PackageStore,
    signals: Signals,
    forge: Forge,
    *,
    replicas: Replicas,
    name: str | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Service:
    """The server of a registry: skills come from the catalog, and admins manage them.

    It reports to `replicas` what it serves, by a name of its own: host and process unless another is given. `now` is the
    clock that all who share the catalog agree on.
    """
    verify = _verifying(settings)
    replica, library = _replica(settings, CatalogSource(catalog, store, signals, settings.tenant, verify))
    reports = partial(
        reporting.keep_reporting, replica, replicas, settings.tenant, reporting.own_name() if name is None else name
    )
    service = _service(settings, replica, library, reports)
    parts = Admin(
        replica=replica,
        library=library,
        catalog=catalog,
        names=KnownNames(catalog, settings.tenant),
        trial=Trial(replica),
        store=store,
        verify=verify,
        signals=signals,
        forge=forge,
        replicas=replicas,
        tenant=settings.tenant,
        settings=settings,
        now=now,
    )
    service.application.include_router(admin.router(parts))
    return service


def folder(settings: ServerSettings, source: Source) -> Service:
    """The server of a plain folder: nothing to manage, so no admin API."""
    return _service(settings, *_replica(settings, source))


def main() -> None:
    """The server as its own process. Without Redis it hears of changes by polling."""
    try:
        settings = ServerSettings.read()
        logs.to_file(settings.data / "logs" / "server.log")
        logs.to_console()
        process.run(_main(settings))
    except McpSkillsError as error:
        raise SystemExit(f"error: {error.message}") from error


async def _main(settings: ServerSettings) -> None:
    with (
        contextlib.closing(process.bind(settings.host, settings.port)) as listener,
        backends.opened(settings) as parts,
        backends.replicas(settings) as replicas,
    ):
        forge = origins.origin(settings).forge(settings.data / "proposals", settings.branch)
        near = CachingPackageStore(parts.store, settings.data / "cache" / "packages", settings.package_disk_bytes)
        store = near if settings.storage is Storage.AWS else parts.store
        service = registry(settings, parts.catalog, store, parts.signals, forge, replicas=replicas, now=parts.now)
        near.spare(service.replica.digests)
        stop = asyncio.Event()
        _log.info("skills are served", url=process.url(listener) + "/mcp")
        with process.stop_on_signal(stop):
            await process.serve(service.application, listener, stop, service.close_streams)


def _verifying(settings: ServerSettings) -> Verify:
    """Verifies with the keys that the settings trust, else with the one of the publisher in the same data directory.

    That key may not be there yet when the server starts first, so it is read when it is needed.
    """

    @cache
    def keys() -> TrustedKeys:
        try:
            return TrustedKeys.read(settings.trusted_keys or (public_path(settings.data / SIGNING_KEY),))
        except InvalidInputError as error:
            raise UnavailableError(f"No version can be verified. {error.message}") from error

    return lambda envelope, payload_type: keys().verify(envelope, payload_type)


def _replica(settings: ServerSettings, source: Source) -> tuple[Replica, Library]:
    return Replica(source, settings.poll_seconds), Library(source, settings.package_cache_bytes)


def _service(
    settings: ServerSettings, replica: Replica, library: Library, *beside: Callable[[], Coroutine[None, None, None]]
) -> Service:
    """What is `beside` runs as long as the application does."""
    endpoint = McpEndpoint(replica, library, settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with endpoint.run(), asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(job()) for job in (replica.run, *beside)]
            yield
            for task in running:
                task.cancel()

    app = FastAPI(
        title="Open MCP Skills",
        version=mcpskills.__version__,
        summary="A Git-native registry of Agent Skills, served over MCP.",
        lifespan=lifespan,
        redirect_slashes=False,
        # The pages that FastAPI offers load scripts from elsewhere; /openapi.json is what they show.
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    app.include_router(health.router(settings, replica))
    app.router.routes.extend(endpoint.routes)
    return Service(app, replica, endpoint.close)
