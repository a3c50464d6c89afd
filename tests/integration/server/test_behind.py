"""The part of the server that loads late: who asks early waits for it, and who needs it hears why it does not come."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from mcpskills import process
from mcpskills_server.behind import Behind, Rest
from mcpskills_server.front import Front
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from mcpskills_server.telemetry.tally import Tally


class Gate:
    """A `Rest` that comes when it is let in, and greets everybody."""

    def __init__(self) -> None:
        self.opened = threading.Event()

    def load(self) -> Rest:
        self.opened.wait()
        return self

    async def __call__(self, _scope, _receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        yield

    def known(self, _: str) -> None:
        return None

    def close_streams(self) -> None:
        pass


@contextlib.asynccontextmanager
async def serving(load: Callable[[], Rest], replica: Replica) -> AsyncIterator[tuple[httpx2.AsyncClient, Behind]]:
    behind = Behind(load, replica)
    listener = process.bind("127.0.0.1", 0)
    stop = asyncio.Event()
    answering = asyncio.create_task(
        process.serve(Front(replica, behind, (), ServerSettings(), Tally()), listener, stop, behind.close_streams)
    )
    try:
        async with httpx2.AsyncClient(base_url=process.url(listener)) as http:
            yield http, behind
    finally:
        stop.set()
        await answering


@pytest.fixture
def replica(registry):
    registry.publish()
    return Replica(registry.source, 1)


@pytest.mark.anyio
async def test_a_server_says_that_it_is_alive_and_ready_before_the_rest_of_it_is_there(replica):
    gate = Gate()
    async with serving(gate.load, replica) as (http, _):
        await replica.first_view()
        alive, ready = await http.get("/health"), await http.get("/ready")
        waiting = asyncio.create_task(http.get("/info"))
        gate.opened.set()
        answered = await waiting

    assert alive.json() == {"status": "alive"}
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert answered.text == "hello"


@pytest.mark.anyio
async def test_a_server_without_a_snapshot_is_not_ready_while_the_rest_of_it_loads(registry):
    gate = Gate()
    registry.catalog.close()
    async with serving(gate.load, Replica(registry.source, 1)) as (http, _):
        ready = await http.get("/ready")
        gate.opened.set()

    assert (ready.status_code, ready.headers["retry-after"]) == (503, "1")
    assert ready.json()["type"] == "urn:mcpskills:problem:service-unavailable"


@pytest.mark.anyio
async def test_what_keeps_the_rest_from_loading_is_told_and_kept(replica):
    told = asyncio.Event()

    def load() -> Rest:
        raise RuntimeError("no forge")

    async with serving(load, replica) as (http, behind):
        behind.on_failure = told.set
        answered = await http.get("/info")
        await told.wait()

        with pytest.raises(RuntimeError, match="no forge"):
            _ = behind.rest

    assert answered.status_code == 500


@pytest.mark.anyio
async def test_what_keeps_the_rest_from_running_is_told_to_who_waits(replica):
    class Lame(Gate):
        @contextlib.asynccontextmanager
        async def run(self) -> AsyncIterator[None]:
            raise RuntimeError("no legs")
            yield

    told, lame = asyncio.Event(), Lame()
    async with serving(lame.load, replica) as (http, behind):
        behind.on_failure = told.set
        waiting = asyncio.create_task(http.get("/info"))
        lame.opened.set()
        answered = await waiting
        await told.wait()

    assert answered.status_code == 500
