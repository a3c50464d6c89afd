"""Clients that open connections and then keep the server waiting: they are let go, and nobody else notices."""

import asyncio
import contextlib
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from attacked_server import WAIT_SECONDS, WHOLE, answer, rest, serving

PATIENCE = 0.5
HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: "
CROWD = 100

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server():
    async with serving(patience=PATIENCE) as impatient:
        yield impatient


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"G", HALF], ids=["nothing", "a line end", "a letter", "half a header"])
async def test_a_connection_without_a_whole_header_is_closed(server, sent):
    async with server.connection(sent) as (reader, _):
        assert await rest(reader) == b""


async def test_a_header_that_comes_letter_by_letter_is_not_waited_for_either(server):
    async with server.connection(HALF) as (reader, writer):
        closed = asyncio.create_task(rest(reader))
        with contextlib.suppress(ConnectionError):
            while not closed.done():
                writer.write(b"x")
                await asyncio.wait([closed], timeout=PATIENCE / 10)

        with contextlib.suppress(ConnectionResetError):
            assert await closed == b""


@pytest.mark.parametrize("sent", [HALF, b"\r\n"], ids=["half a header", "a line end"])
async def test_half_a_header_after_a_whole_request_is_closed(server, sent):
    async with server.connection(WHOLE) as (reader, writer):
        first = await answer(reader)
        writer.write(sent)

        assert (first, await rest(reader)) == (b"here", b"")


async def test_a_body_that_never_comes_is_not_waited_for(server):
    header = b"POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"

    async with server.connection(header, b"part") as (reader, _):
        assert b"200 OK" not in await rest(reader)


async def test_a_body_in_parts_is_read_to_its_end():
    header = b"POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n"

    async with (
        serving(patience=WAIT_SECONDS) as server,
        server.connection(header, *[b"x" * 100_000] * 3) as (reader, _),
    ):
        assert await answer(reader) == b"300000"


async def test_an_answer_may_take_longer_than_clients_may(server):
    ask = b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"

    async with server.connection(ask) as (reader, _), server.connection(ask, WHOLE) as (pipelined, _):
        await asyncio.wait_for(server.asked.wait(), WAIT_SECONDS)
        async with server.connection(HALF) as (slower, _):
            await rest(slower)
        server.answer.set()

        assert await answer(reader) == b"late"
        assert [await answer(pipelined), await answer(pipelined)] == [b"late", b"here"]


@contextlib.contextmanager
def limited(soft, hard, patience):
    """The port of a server in a process that may have so many open files."""
    script = Path(__file__).with_name("limited_server.py")
    command = [sys.executable, script, str(soft), str(hard), str(patience)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        yield int(started.stdout.readline())
        started.terminate()


async def crowd(port, stack):
    """A crowd of connections, each with half a header."""
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CROWD)]
    for _, writer in connections:
        stack.callback(writer.close)
        writer.write(HALF)
    return [reader for reader, _ in connections]


async def ask(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(WHOLE)
    got = await answer(reader)
    writer.close()
    return got


async def test_a_crowd_above_the_soft_limit_of_files_shuts_nobody_out():
    with limited(CROWD // 2, CROWD * 5, patience=WAIT_SECONDS) as port, contextlib.ExitStack() as stack:
        await crowd(port, stack)

        assert await ask(port) == b"here"


async def test_a_crowd_above_the_hard_limit_shuts_others_out_only_until_it_is_let_go():
    with limited(CROWD // 2, CROWD // 2, patience=PATIENCE) as port, contextlib.ExitStack() as stack:
        for reader in await crowd(port, stack):
            with contextlib.suppress(ConnectionResetError):
                await rest(reader)

        assert await ask(port) == b"here"


async def test_the_limit_of_files_is_raised_as_far_as_it_goes():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    code = (
        "import resource\n"
        "from mcpskills import process\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))\n"
        "async def main(): print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
        "process.run(main())"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert int(done.stdout) == hard
