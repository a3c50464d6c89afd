"""Two replicas of one registry that know each other's sessions, in one process and by a server, and a client of theirs."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from integration.mcp.sessions import Caller, Pair, caller, in_process, in_valkey, pair
from mcpskills_server.mcp.sessions import Shared
from registry import Registry


@pytest.fixture(params=["in process", "valkey"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sequence[Shared]]:
    if request.param == "in process":
        with in_process() as both:
            yield both
    else:
        with in_valkey(request.getfixturevalue("valkey"), tmp_path) as both:
            yield both


@pytest.fixture
async def replicas(registry: Registry, shared: list[Shared]) -> AsyncIterator[Pair]:
    registry.publish()
    async with pair(registry, shared) as both:
        yield both


@pytest.fixture
async def client() -> AsyncIterator[Caller]:
    async with caller() as made:
        yield made
