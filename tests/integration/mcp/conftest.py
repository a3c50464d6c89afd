"""The MCP endpoint over a registry, on a free loopback port."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import Request
from pydantic import BaseModel, ConfigDict
from starlette.applications import Starlette

from callers import Called
from catalog_builders import TENANT
from integration.mcp.fast_and_sdk import Both, fill, joined
from mcpskills import process
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills.version import Version
from mcpskills_server.library import Library
from mcpskills_server.mcp.endpoint import McpEndpoint
from mcpskills_server.mcp.sessions import Shared
from mcpskills_server.mcp.sessions.reception import Principal, nobody
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from registry import Registry, opened

WAIT_SECONDS = 30


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

    async def lift(self, name: str) -> None:
        self.registry.catalog.lift(TENANT, name, "grace")
        await self.replica.refresh()


@contextlib.asynccontextmanager
async def serving(
    registry: Registry,
    *,
    ready: bool = True,
    shared: Shared | None = None,
    principal: Principal = nobody,
    **settings: Any,
) -> AsyncIterator[Serving]:
    """A replica. With `sessions="stateful"` it keeps its own, unless it has some with others."""
    if settings.get("sessions") == "stateful" and shared is None:
        shared = Shared(InProcessSessions(), registry.signals, TENANT)
    replica = Replica(registry.source, poll_seconds=3600)
    if ready:
        await replica.refresh()
    library = Library(registry.source, 1024 * 1024)
    endpoint = McpEndpoint(
        replica,
        library,
        ServerSettings(**settings),
        shared,
        principal,
    )
    app = Called(Starlette(routes=endpoint.routes, lifespan=lambda _: endpoint.run()))
    listener = process.bind("127.0.0.1", 0)
    stop = asyncio.Event()
    answering = asyncio.create_task(process.serve(app, listener, stop, endpoint.close, leave=replica.leave))
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


@pytest.fixture(params=["auto", "legacy"])
def mode(request):
    """How the client connects: at protocol 2026-07-28, or by the handshake of 2025-11-25."""
    return request.param


@pytest.fixture
async def served(registry):
    async with serving(registry) as running:
        yield running


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """Read by all, and changed by none."""
    with opened(tmp_path_factory.mktemp("registry")) as made:
        fill(made)
        yield made


@pytest.fixture
async def both(filled: Registry) -> AsyncIterator[Both]:
    async with joined(filled) as made:
        yield made
