"""A registry with a publisher's hand on it, and the MCP endpoint over it on a free loopback port."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import Request
from pydantic import BaseModel, ConfigDict
from starlette.applications import Starlette

from builders import skill_folder
from mcpskills import frontmatter, package, skill
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.ports import Publication
from mcpskills.version import Hold, HoldKind, HoldUntil, Origin, Version
from mcpskills_server import process
from mcpskills_server.catalog_source import CatalogSource
from mcpskills_server.library import Library
from mcpskills_server.mcp.endpoint import McpEndpoint
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TENANT = "default"
WAIT_SECONDS = 30


class Registry:
    """The embedded adapters. Every `publish` of a name is its next version."""

    def __init__(self, root: Path) -> None:
        self.catalog = SqliteCatalog(root / "catalog.sqlite")
        self.store = DirectoryPackageStore(root / "packages")
        self.source = CatalogSource(self.catalog, self.store, InProcessSignals(), TENANT)

    def publish(self, name: str = "pdf-forms", **described: Any) -> Version:
        return self.publish_folder(skill_folder(name, **described))

    def publish_folder(self, folder: SkillFolder) -> Version:
        built = package.build(folder)
        text = folder.entries[SKILL_FILE].content.decode().removeprefix("\ufeff")
        parsed = skill.from_frontmatter(frontmatter.parse(text))
        version = Version(
            skill=parsed.name,
            number=len(self.catalog.versions(TENANT, parsed.name)) + 1,
            digest=built.digest,
            label=parsed.label,
            manifest=built.manifest,
            frontmatter=parsed.frontmatter,
            origin=Origin("commit", folder.path, built.digest, "Ada Author", NOW),
            rewritten=False,
            published_at=NOW,
        )
        self.store.put(built.digest, built.archive)
        lease = self.catalog.acquire_lease(TENANT, "test", 60)
        self.catalog.publish(lease, Publication(version, self.catalog.published(TENANT).skills.get(parsed.name)))
        return version

    def hold(self, name: str, version: int | None) -> None:
        """Roll back to a version, or take offline with None."""
        kind = HoldKind.OFFLINE if version is None else HoldKind.ROLLBACK
        self.catalog.hold(TENANT, name, Hold(kind, version, None, "test", "ada", HoldUntil.LIFTED, NOW, None))


@dataclass(frozen=True)
class Serving:
    url: str
    registry: Registry
    replica: Replica
    endpoint: McpEndpoint

    def client(self, mode: str = "auto", **options: Any) -> Client:
        """A client that asks the server every time."""
        return Client(self.url, mode=mode, cache=None, **options)

    async def publish(self, name: str = "pdf-forms", **described: Any) -> Version:
        """Publish and swap."""
        version = self.registry.publish(name, **described)
        await self.replica.refresh()
        return version

    async def hold(self, name: str, version: int | None) -> None:
        self.registry.hold(name, version)
        await self.replica.refresh()


@contextlib.asynccontextmanager
async def serving(registry: Registry, *, ready: bool = True, **settings: Any) -> AsyncIterator[Serving]:
    replica = Replica(registry.source, poll_seconds=3600)
    if ready:
        await replica.refresh()
    endpoint = McpEndpoint(replica, Library(registry.source, 1024 * 1024), ServerSettings(**settings))
    app = Starlette(routes=endpoint.routes, lifespan=lambda _: endpoint.run())
    listener = process.bind("127.0.0.1", 0)
    stop = asyncio.Event()
    answering = asyncio.create_task(process.serve(app, listener, stop, endpoint.close))
    try:
        yield Serving(f"{process.url(listener)}/mcp", registry, replica, endpoint)
    finally:
        stop.set()
        await answering


class _Any(BaseModel):
    model_config = ConfigDict(extra="allow")


async def ask(client: Client, method: str, **params: Any) -> dict[str, Any]:
    """Send a request that the client has no method for, and give the whole result."""
    request = Request[dict[str, Any], str](method=method, params=params)
    return (await client.session.send_request(request, _Any)).model_dump()


async def refusal(client: Client, method: str, **params: Any) -> MCPError:
    """The error that a request is answered with."""
    with pytest.raises(MCPError) as caught:
        await ask(client, method, **params)
    return caught.value


def text_of(result: Any) -> str:
    return "\n".join(block.text for block in result.content if block.type == "text")


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(params=["auto", "legacy"])
def mode(request):
    """How the client connects: at protocol 2026-07-28, or by the handshake of 2025-11-25."""
    return request.param


@pytest.fixture
def registry(tmp_path):
    made = Registry(tmp_path)
    yield made
    made.catalog.close()


@pytest.fixture
async def served(registry):
    async with serving(registry) as running:
        yield running
