"""The admin API as a running service: real uvicorn, catalog, package store and Git; only the publisher is played by `publish`."""

import asyncio
import contextlib
import io
import sqlite3
import threading
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI

import git_fixtures
from builders import Content, entry
from catalog_builders import TENANT, a_quarantine, lease_of
from fakes.signals import RememberingSignals
from git_fixtures import BRANCH, Clone, git
from mcpskills import process
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills.adapters.secret_files import FileSecrets
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills.api_key import Peppers
from mcpskills.asgi import Application
from mcpskills.folder import Entry, SkillFolder
from mcpskills.ports import Replicas, Secrets
from mcpskills.statistics.call import Call
from mcpskills.version import Origin
from mcpskills_server import admin, health_routes, problems
from mcpskills_server.admin import Admin
from mcpskills_server.admin.checking import Checks
from mcpskills_server.admin.following import Followers
from mcpskills_server.admin.known_callers import KnownCallers
from mcpskills_server.admin.known_names import KnownNames
from mcpskills_server.admin.skill_table import SkillTable
from mcpskills_server.admin.trial import Trial
from mcpskills_server.auth import guarding
from mcpskills_server.library import Library
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from mcpskills_server.statistics.collecting import Collector
from mcpskills_server.statistics.counted import Counted
from registry import Registry, opened
from way_in import WayIn

_MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Service:
    """The parts that a story looks into, and `http`, a client of the service."""

    registry: Registry
    origin: Path
    work: Clone
    app: FastAPI
    way_in: WayIn
    url: str
    http: httpx2.Client
    replicas: Replicas
    secrets: Secrets
    replica: Replica

    @property
    def root(self) -> Path:
        return self.registry.root

    @property
    def catalog(self) -> SqliteCatalog:
        return self.registry.catalog

    @property
    def principals(self) -> SqlitePrincipals:
        return self.registry.principals

    @property
    def signals(self) -> RememberingSignals:
        return self.registry.signals

    def publish(self, *folders: SkillFolder) -> None:
        """Push the folders and publish them, as the publisher does; the replica has them when this returns."""
        commit = self.work.publish(*folders)
        for folder in folders:
            tree = git_fixtures.tree_of(self.origin, commit, folder.path)
            self.registry.publish_folder(folder, Origin(commit, folder.path, tree, "Ada Author", _MOMENT))
        self.refresh()

    def quarantine(self, path: str, reason: str) -> None:
        self.catalog.quarantine(lease_of(self.catalog), a_quarantine(path, reason=reason))

    def delete(self, name: str) -> None:
        self.catalog.tombstone(lease_of(self.catalog), name, "2" * 40)
        self.refresh()

    def refresh(self) -> None:
        assert self.http.post("/admin/skills/reload-all").status_code == 200

    def count(self, *calls: Call) -> None:
        """Count calls as the server does."""
        collector = Collector(self.registry.statistics, TENANT, lambda: self.replica.view.snapshot, _now)
        collector.observe(calls)
        asyncio.run(collector.write())

    def send_zip(self, to: str, content: bytes) -> httpx2.Response:
        return self.http.post(f"/admin/skills/{to}", files={"file": ("skill.zip", content, "application/zip")})

    def proposals(self) -> list[str]:
        return git(self.origin, "for-each-ref", "--format=%(refname:short)", "refs/heads/proposal").splitlines()

    def remains(self) -> tuple[object, ...]:
        """Everything that a request could leave behind: rows, packages, references and files anywhere below the root."""
        with contextlib.closing(sqlite3.connect(self.root / "catalog.sqlite")) as database:
            rows = tuple(database.iterdump())
        # SQLite's own side files come and go with its readers.
        files = tuple(sorted(p for p in self.root.rglob("*") if p.is_file() and ".sqlite" not in p.name))
        return rows, files, git(self.origin, "for-each-ref")


@contextlib.contextmanager
def running(root: Path, **said: Any) -> Iterator[Service]:
    """A service over an empty registry below `root`, until the block ends; `said` are settings."""
    origin = git_fixtures.bare(root / "registry.git")
    work = git_fixtures.clone(origin, root.parent / "work")
    work.commit("Start the registry")
    work.push()
    with opened(root) as registry:
        joined = parts(registry, **said)
        app = application(joined)
        way_in = WayIn(app)
        with serving(way_in) as url, httpx2.Client(base_url=url) as http:
            kept = (joined.replicas, joined.secrets, joined.replica)
            yield Service(registry, origin, work, app, way_in, url, http, *kept)


def parts(registry: Registry, **said: Any) -> Admin:
    """The admin API's parts over a registry and the registry repository `registry.git` beside its catalog."""
    root = registry.root
    settings = ServerSettings(data=root, page_size=3, poll_seconds=3600, **said)
    replica = Replica(registry.source, settings.poll_seconds)
    counted = Counted.whole(registry.statistics, registry.catalog, TENANT, _now)
    return Admin(
        replica=replica,
        library=Library(registry.source, settings.package_cache_bytes),
        catalog=registry.catalog,
        principals=registry.principals,
        peppers=Peppers(b"of the tests" * 4),
        names=KnownNames(registry.catalog, TENANT),
        table=SkillTable(registry.catalog, TENANT, replica, counted),
        trial=Trial(replica),
        store=registry.store,
        verify=registry.verify,
        signals=registry.signals,
        forge=LocalForge(GitRepository.open(str(root / "registry.git"), root / "mirrors"), BRANCH),
        checks=Checks(_now),
        replicas=InProcessReplicas(),
        secrets=FileSecrets(root / "secrets", root.with_name("keys") / f"{TENANT}.key", TENANT),
        counted=counted,
        journal=None,
        callers=KnownCallers(registry.principals, TENANT),
        followers=Followers(None, 15),
        hidden=frozenset,
        tenant=TENANT,
        settings=settings,
        now=_now,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def application(parts: Admin) -> FastAPI:
    """The admin API and the health routes; the replica loads its first snapshot at the start."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await parts.replica.refresh()
        yield
        await parts.checks.finish()

    app = FastAPI(title="Open MCP Skills", lifespan=lifespan, redirect_slashes=False)
    problems.install(app)
    guarding.install(app)
    app.include_router(health_routes.router(parts.settings, parts.replica, lambda: "memory"))
    app.router.routes.extend(admin.routes(parts))
    return app


def described(root: Path) -> dict[str, Any]:
    """The OpenAPI document of the admin API and the health routes."""
    git_fixtures.bare(root / "registry.git")
    with opened(root) as registry:
        return application(parts(registry)).openapi()


@contextlib.contextmanager
def serving(app: Application, port: int = 0) -> Iterator[str]:
    """The application under uvicorn on a port, a free one for 0; gives its URL. It listens already, so early callers wait."""
    listener = process.bind("127.0.0.1", port)
    server = uvicorn.Server(
        uvicorn.Config(app, interface="asgi3", http="httptools", ws="none", log_config=None, access_log=False)
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def zipped(files: Mapping[str, Content], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of exactly these paths, made by Python's zipfile."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for path, content in files.items():
            item: Entry = entry(content)
            info = zipfile.ZipInfo(path)
            info.compress_type = compression
            info.external_attr = (0o100755 if item.executable else 0o100644) << 16
            archive.writestr(info, item.content)
    return buffer.getvalue()


def zipped_folder(folder: SkillFolder) -> bytes:
    """The folder with its own name around it, as a person zips it."""
    return zipped({f"{folder.name}/{path}": item for path, item in folder.entries.items()})
