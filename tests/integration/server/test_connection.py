"""What a process makes of the bytes on a connection, before and beside its application."""

import asyncio
import contextlib
import json
from http import HTTPStatus

import pytest

from attacked_server import answer, rest
from attacked_server import serving as served
from mcpskills import process
from mcpskills.asgi import DONE, WHOLE
from mcpskills.connection import Limits
from mcpskills_server import unreadable

pytestmark = pytest.mark.anyio

BODY = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
FROM_JAVA = (
    b"POST /body HTTP/1.1\r\n"
    b"Connection: Upgrade, HTTP2-Settings\r\n"
    b"Content-Length: 40\r\n"
    b"Host: localhost\r\n"
    b"HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"
    b"Upgrade: h2c\r\n"
    b"User-Agent: Java-http-client/21.0.5\r\n"
    b"Content-Type: application/json\r\n\r\n"
)
AS_THE_FIRST_OF_A_CONNECTION = {
    "in one piece": (FROM_JAVA + BODY,),
    "header and body apart": (FROM_JAVA, BODY),
    "in many pieces": tuple(bytes([each]) for each in FROM_JAVA + BODY),
    "the body in two": (FROM_JAVA + BODY[:5], BODY[5:]),
}
POST = b"POST /%b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n%b"


@contextlib.asynccontextmanager
async def serving(app, **limits):
    """A connection to an application."""
    listener, stop = process.bind("127.0.0.1", 0), asyncio.Event()
    running = asyncio.create_task(process.serve(app, listener, stop, lambda: None, limits=Limits(**limits)))
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.getsockname()[1])
    yield reader, writer
    writer.close()
    stop.set()
    await running


def at_once(scope, receive, send):
    """Answers when it is called what came whole, and in a task what did not."""
    whole = scope.get(WHOLE)
    if scope["path"] == "/fails":
        raise ValueError("It fails when it is called.")
    if whole is None or scope["path"] == "/late":
        return late(receive, send)
    whole.answer(b"x-at: once\r\n", whole.content)
    return DONE


async def late(receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


class Repeating:
    """Answers with the body, and offers to do so again for the same header, unless `again` does otherwise first."""

    def __init__(self, again=lambda: True):
        self.again = again
        self.read = self.repeated = 0

    def __call__(self, scope, _receive, _send):
        whole = scope[WHOLE]
        self.read += 1
        whole.answer(b"", whole.content)
        whole.repeat(self.repeat)
        return DONE

    def repeat(self, _name, body, answer):
        if self.again():
            self.repeated += 1
            answer(b"", body)


def headed(number, body=b"whole"):
    return b"POST /now HTTP/1.1\r\nHost: localhost\r\nX-Trace: %d\r\nContent-Length: 5\r\n\r\n%b" % (number, body)


async def asked(reader, writer, request):
    writer.write(request)
    return await answer(reader)


@pytest.mark.parametrize("parts", AS_THE_FIRST_OF_A_CONNECTION.values(), ids=AS_THE_FIRST_OF_A_CONNECTION)
async def test_a_wish_for_http_2_is_ignored_and_the_body_is_read(parts):
    async with served() as server, server.connection(*parts) as (reader, _):
        assert await answer(reader) == b"40"


async def test_what_follows_a_wish_for_http_2_on_its_connection_is_read():
    async with served() as server, server.connection(FROM_JAVA + BODY + FROM_JAVA + BODY) as (reader, writer):
        writer.write(b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")

        assert [await answer(reader) for _ in range(3)] == [b"40", b"40", b"3"]


async def test_a_wish_for_another_protocol_does_not_loosen_the_bounds():
    header = FROM_JAVA.replace(b"Content-Length: 40", b"Content-Length: 5000000000")

    async with served(body_bytes=1024) as server, server.connection(header + b"x" * 2048) as (reader, _):
        assert (await rest(reader)).startswith(b"HTTP/1.1 413 ")


async def test_requests_that_are_answered_at_once_and_later_are_answered_in_their_order():
    async with serving(at_once) as (reader, writer):
        writer.write(b"".join(POST % (path, body) for path, body in ((b"late", b"first"), (b"now", b"again"))))
        writer.write(b"".join(POST % (path, body) for path, body in ((b"now", b"third"), (b"late", b"forth"))))

        assert [await answer(reader) for _ in range(4)] == [b"first", b"again", b"third", b"forth"]


async def test_a_body_that_comes_in_parts_is_answered_when_it_is_there():
    async with serving(at_once) as (reader, writer):
        request = POST % (b"now", b"whole")
        writer.write(request[:-2])
        await writer.drain()
        writer.write(request[-2:])

        assert await answer(reader) == b"whole"


async def test_an_application_that_fails_when_it_is_called_is_answered_for_with_500():
    async with serving(at_once) as (reader, writer):
        writer.write(POST % (b"fails", b"-----"))

        assert (await rest(reader)).startswith(b"HTTP/1.1 500 ")


async def test_a_client_that_closes_after_one_answer_gets_it():
    async with serving(at_once) as (reader, writer):
        writer.write((POST % (b"now", b"whole")).replace(b"Host", b"Connection: close\r\nHost"))

        assert (await rest(reader)).endswith(b"\r\n\r\nwhole")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /mcp HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        (b"POST /mcp HTTP/1.1\r\nX-Long: " + b"x" * 70_000, 431),
        (b"POST /mcp?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000, 413),
    ],
)
async def test_what_never_becomes_a_request_is_refused_in_json_rpc_where_mcp_is_spoken(sent, status):
    async with serving(at_once, refusal=unreadable.refusal, body_bytes=1024) as (reader, writer):
        writer.write(sent)

        head, _, body = (await rest(reader)).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\ncontent-type: application/json\r\n" in head
    assert json.loads(body) == {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": -32600, "message": json.loads(body)["error"]["message"]},
    }


async def test_what_never_becomes_a_request_is_refused_as_a_problem_elsewhere():
    async with serving(at_once, refusal=unreadable.refusal) as (reader, writer):
        writer.write(b"GET /admin/skills HTTP/1.1\r\nHost : x\r\n\r\n")

        head, _, body = (await rest(reader)).partition(b"\r\n\r\n")

    assert b"\r\ncontent-type: application/problem+json\r\n" in head
    assert json.loads(body) == {
        "type": "urn:mcpskills:problem:bad-request",
        "title": "Bad Request",
        "status": HTTPStatus.BAD_REQUEST,
        "detail": "This cannot be read as a request of HTTP/1.1.",
        "instance": "/admin/skills",
    }


async def test_the_same_header_is_read_once():
    app = Repeating()
    async with serving(app) as ends:
        assert [await asked(*ends, headed(1, body)) for body in (b"first", b"again", b"third")] == [
            b"first",
            b"again",
            b"third",
        ]

    assert (app.read, app.repeated) == (1, 2)


async def test_what_is_asked_last_is_forgotten_last():
    app = Repeating()
    async with serving(app) as ends:
        for number in (1, 2, 3, 4, 5, 6, 7, 8, 1, 9):
            await asked(*ends, headed(number))
        read = app.read
        for number in (1, 2):
            await asked(*ends, headed(number))

    assert (read, app.read) == (9, 10), "the second is read again"


async def test_a_connection_whose_headers_never_come_again_keeps_none():
    app = Repeating()
    async with serving(app) as ends:
        for number in range(50):
            await asked(*ends, headed(number))
        for _ in range(3):
            await asked(*ends, headed(49))

    assert (app.read, app.repeated) == (53, 0)


async def test_a_connection_whose_headers_come_again_goes_on_keeping_them():
    app = Repeating()
    async with serving(app) as ends:
        for number in range(50):
            for _ in range(2):
                await asked(*ends, headed(number))

    assert (app.read, app.repeated) == (50, 50)


async def test_what_cannot_be_answered_again_is_read_as_any_other():
    def fails():
        raise ValueError("It fails when it is asked.")

    app = Repeating(fails)
    async with serving(app) as ends:
        assert [await asked(*ends, headed(1)) for _ in range(3)] == [b"whole"] * 3

    assert (app.read, app.repeated) == (3, 0)


async def test_empty_lines_between_requests_of_a_known_header_do_not_add_up():
    app = Repeating()
    async with serving(app, head_bytes=128) as (reader, writer):
        for _ in range(100):
            assert await asked(reader, writer, headed(1)) == b"whole"
            writer.write(b"\r\n")
            # Else it would come together with the next request.
            await asyncio.sleep(0.002)

    assert app.repeated
