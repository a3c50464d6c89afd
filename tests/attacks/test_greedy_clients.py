"""Clients that send or ask for more than a process should hold: they are cut, and nobody else notices."""

import asyncio
import contextlib

import pytest

from attacked_server import LARGE, WAIT_SECONDS, WHOLE, answer, rest, serving
from mcpskills.held import Held

PART = 64 * 1024
FLOOD = 128 * 1024 * 1024
PATIENCE = 0.2
POST = b"POST /body HTTP/1.1\r\nHost: localhost\r\n"
GET_SLOW = b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHUNK = b"%x\r\n" % PART + b"x" * PART + b"\r\n"

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server():
    async with serving(patience=WAIT_SECONDS) as patient:
        yield patient


async def flood(server, opening, part):
    """Send the opening, then the part again and again until the server closes; gives how much went, and what was said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    closed, sent, said = asyncio.create_task(reader.read()), 0, b""
    with contextlib.suppress(ConnectionError):
        writer.write(opening)
        while sent < FLOOD and not closed.done():
            writer.write(part)
            await writer.drain()
            sent += len(part)
        # A system drops what it was sent by a server that closes while more arrives.
    with contextlib.suppress(ConnectionError):
        said = await asyncio.wait_for(closed, WAIT_SECONDS)
    writer.close()
    return sent, said


FLOODS = {
    "one header": (b"GET / HTTP/1.1\r\nX-Long: ", b"x" * PART, b"431"),
    "many headers": (b"GET / HTTP/1.1\r\n", b"X: y\r\n" * 10_000, b"431"),
    "an address": (b"GET /", b"x" * PART, b"431"),
    "line ends": (b"", b"\r\n" * PART, b"431"),
    "a body": (POST + b"Content-Length: 5000000000\r\n\r\n", b"x" * PART, b"413"),
    "a body in chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", CHUNK, b"413"),
    "headers after a body": (POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X: y\r\n" * 10_000, b"431"),
    "what a chunk says of itself": (POST + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * PART, b"431"),
    "a body that nobody reads": (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000000\r\n\r\n",
        CHUNK,
        b"200",
    ),
}


@pytest.mark.parametrize(("opening", "part", "status"), FLOODS.values(), ids=FLOODS)
async def test_a_flood_is_cut(server, opening, part, status):
    sent, said = await flood(server, opening, part)

    assert sent < FLOOD
    assert said == b"" or said.startswith(b"HTTP/1.1 " + status)


async def test_a_header_that_is_too_long_is_answered_with_431(server):
    async with server.connection(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * (PART + 1) + b"\r\n\r\n") as (reader, _):
        assert (await rest(reader)).startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")


async def test_a_header_as_long_as_it_may_be_is_taken_behind_a_large_body_too(server):
    header = POST + b"Content-Length: 200000\r\n\r\n"
    long = b"GET / HTTP/1.1\r\nX-Long: " + b"x" * (PART - 100) + b"\r\n\r\n"

    async with server.connection(header + b"x" * 200_000 + long) as (reader, _):
        assert [await answer(reader), await answer(reader)] == [b"200000", b"here"]


async def test_a_body_above_the_limit_is_answered_with_413():
    header = POST + b"Transfer-Encoding: chunked\r\n\r\n"

    async with serving(body_bytes=PART) as server, server.connection(header, CHUNK, b"1\r\nx\r\n") as (reader, _):
        assert (await rest(reader)).startswith(b"HTTP/1.1 413 ")


async def test_a_body_above_the_limit_is_cut_after_its_answer_without_another():
    header = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"

    async with serving(patience=WAIT_SECONDS, body_bytes=PART) as server, server.connection(header) as (reader, writer):
        assert await answer(reader) == b"here"
        writer.write(CHUNK + CHUNK)

        with contextlib.suppress(ConnectionResetError):
            assert await rest(reader) == b""


async def test_requests_without_number_on_one_connection_are_not_kept(server):
    sent, said = await flood(server, b"", GET_SLOW * 1000)

    assert (sent < FLOOD, said) == (True, b"")


async def test_what_cannot_be_parsed_is_not_answered_in_the_middle_of_another_answer(server):
    async with server.connection(GET_SLOW) as (reader, writer):
        await asyncio.wait_for(server.asked.wait(), WAIT_SECONDS)
        writer.write(b"nonsense\r\n\r\n")

        assert await rest(reader) == b""


async def test_an_answer_that_nobody_takes_is_dropped():
    async with serving(patience=PATIENCE) as server, server.connection(b"GET /large HTTP/1.1\r\n\r\n") as (reader, _):
        await asyncio.wait_for(server.left.acquire(), WAIT_SECONDS)

        with contextlib.suppress(ConnectionResetError):
            assert len(await rest(reader)) < LARGE


async def test_of_many_answers_that_nobody_takes_the_oldest_is_dropped():
    async with (
        serving(patience=WAIT_SECONDS, answers=Held(LARGE * 3 // 2)) as server,
        contextlib.AsyncExitStack() as open_,
    ):
        ask = b"GET /large HTTP/1.1\r\n\r\n"
        first, _ = await open_.enter_async_context(server.connection(ask))
        await first.readexactly(PART)
        second, _ = await open_.enter_async_context(server.connection(ask))
        await asyncio.wait_for(server.left.acquire(), WAIT_SECONDS)

        assert len(await second.readexactly(LARGE)) == LARGE
        async with server.connection(WHOLE) as (third, _):
            assert await answer(third) == b"here"


async def test_of_many_half_bodies_the_oldest_is_dropped():
    header = POST + b"Content-Length: 300000\r\n\r\n"
    async with serving(patience=WAIT_SECONDS, bodies=Held(500_000)) as server, contextlib.AsyncExitStack() as open_:
        first, _ = await open_.enter_async_context(server.connection(header, b"x" * 299_999))
        await asyncio.wait_for(server.asked.wait(), WAIT_SECONDS)
        second, more = await open_.enter_async_context(server.connection(header, b"x" * 299_999))
        with contextlib.suppress(ConnectionResetError):
            assert await rest(first) == b""
        more.write(b"x")

        assert await answer(second) == b"300000"


async def test_a_stream_ends_with_its_connection_when_more_was_asked_on_it(server):
    async with server.connection(b"GET /stream HTTP/1.1\r\n\r\n" + WHOLE) as (reader, _):
        await reader.readuntil(b"begun")

    await asyncio.wait_for(server.left.acquire(), WAIT_SECONDS)
