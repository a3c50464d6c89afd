"""How a server stops: it says so first, takes on nothing new, ends streams with a hint, and finishes what it answers."""

import asyncio
import contextlib

import httpx2
import pytest
from mcp_types import RequestParams
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from catalog_builders import TENANT
from integration.mcp.conftest import WAIT_SECONDS
from integration.mcp.sessions import PING, caller, initialize, request
from mcpskills import process
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills_server import app
from mcpskills_server.mcp.sessions import Shared
from mcpskills_server.settings import ServerSettings

pytestmark = pytest.mark.anyio

NOTICE_SECONDS = 3
"""More than one request on loopback needs."""


class Running:
    """A whole server, and what stops it."""

    def __init__(self, service, url):
        self.service, self.url, self.mcp = service, url, f"{url}/mcp"
        self.stop = asyncio.Event()


@pytest.fixture
async def server(registry):
    registry.publish()
    settings = ServerSettings(data=registry.root, poll_seconds=3600)
    service = app.folder(settings, registry.source, Shared(InProcessSessions(), InProcessSignals(TENANT), TENANT))
    listener = process.bind("127.0.0.1", 0)
    running = Running(service, process.url(listener))
    answering = asyncio.create_task(
        process.serve(service.application, listener, running.stop, service.close_streams, leave=service.leave)
    )
    await service.replica.first_view()
    yield running
    running.stop.set()
    await answering


@pytest.fixture
async def client():
    async with caller() as made:
        yield made


async def test_a_server_that_is_to_stop_is_not_ready_and_answers_still(server, client):
    before = await client.http.get(f"{server.url}/ready")
    await client.open(server.mcp)

    server.service.leave()
    ready, health = [await client.http.get(server.url + path) for path in ("/ready", "/health")]
    ping = await client.post(server.mcp, PING)
    refused = [
        await client.http.post(server.mcp, json=initialize()),
        await client.http.get(server.mcp, headers=client.headers),
    ]

    assert [answer.status_code for answer in (before, ready, health, ping)] == [200, 503, 200, 200]
    assert ready.headers["retry-after"] == "1"
    assert [(answer.status_code, answer.headers["retry-after"]) for answer in refused] == [(503, "1")] * 2
    assert "is stopping" in ready.json()["detail"]
    assert all("is stopping" in answer.json()["error"]["message"] for answer in refused)


async def test_streams_end_with_a_hint_when_to_come_back(server, client):
    await client.open(server.mcp)

    async with client.stream(server.mcp) as events:
        await events.next()
        server.stop.set()

        assert (await events.next()).retry == "1000"
        assert await events.next() is None


async def test_what_is_being_answered_is_finished(server, client, registry):
    asked, go = asyncio.Event(), asyncio.Event()

    async def slow(*_):
        asked.set()
        await go.wait()
        return {}

    await client.open(server.mcp)
    sdk = server.service.behind.rest._endpoint.server
    sdk.add_request_handler("test/slow", RequestParams, slow)
    answering = asyncio.create_task(client.post(server.mcp, request("test/slow")))
    await asyncio.wait_for(asked.wait(), WAIT_SECONDS)
    server.stop.set()
    await until_closed(server.url)
    go.set()

    assert (await answering).json()["result"] == {}


async def until_closed(url):
    """Until nobody new is let in."""
    async with asyncio.timeout(WAIT_SECONDS):
        with contextlib.suppress(httpx2.TransportError):
            while True:
                async with httpx2.AsyncClient() as http:
                    await http.get(f"{url}/health")


async def test_it_says_so_before_it_closes_anything():
    told, stop = [], asyncio.Event()
    stop.set()

    async def nothing(_, receive, send):
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    listener = process.bind("127.0.0.1", 0)
    await process.serve(nothing, listener, stop, lambda: told.append("close"), leave=lambda: told.append("leave"))

    assert told == ["leave", "close"]


async def test_who_comes_before_the_word_has_got_round_is_answered():
    left, stop, closed = asyncio.Event(), asyncio.Event(), []
    answering = Starlette(routes=[Route("/", lambda _: PlainTextResponse("here"))])
    listener = process.bind("127.0.0.1", 0)
    url = process.url(listener)
    serving = asyncio.create_task(
        process.serve(answering, listener, stop, lambda: closed.append(True), leave=left.set, notice=NOTICE_SECONDS)
    )
    stop.set()
    await asyncio.wait_for(left.wait(), WAIT_SECONDS)

    async with httpx2.AsyncClient() as http:
        answer = await http.get(url)

    assert (answer.text, closed) == ("here", [])
    await serving
    assert closed == [True]
