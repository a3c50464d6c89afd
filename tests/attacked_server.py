"""A small application served as the product is, for clients that behave badly."""

import asyncio
import contextlib

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mcpskills import process
from mcpskills.connection import Limits

WAIT_SECONDS = 30
WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LARGE = 16 * 1024 * 1024


class Server:
    """Answers `/` at once, `/slow` when `answer` is set, `/body` with the number of bytes that were sent, `/large` with many.

    `/stream` begins an answer and waits for its client to leave. Who left in the middle of the two is counted by `left`.
    """

    def __init__(self, listener):
        self.port = listener.getsockname()[1]
        self.asked, self.answer = asyncio.Event(), asyncio.Event()
        self.left = asyncio.Semaphore(0)
        routes = [
            Route("/", self.now, methods=["GET", "POST"]),
            Route("/slow", self.slow),
            Route("/body", self.body, methods=["POST"]),
            Route("/large", _Open(b"x" * LARGE, self.left)),
            Route("/stream", _Open(b"begun", self.left)),
        ]
        self.app = Starlette(routes=routes)

    async def now(self, _: Request):
        return PlainTextResponse("here")

    async def slow(self, _: Request):
        self.asked.set()
        await self.answer.wait()
        return PlainTextResponse("late")

    async def body(self, request: Request):
        self.asked.set()
        return PlainTextResponse(str(len(await request.body())))

    @contextlib.asynccontextmanager
    async def connection(self, *parts):
        """A connection on which these parts were sent."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for part in parts:
            writer.write(part)
            await writer.drain()
        yield reader, writer
        writer.close()


class _Open:
    """Sends the beginning of an answer and waits until its client is gone."""

    def __init__(self, beginning, left):
        self._beginning, self._left = beginning, left

    async def __call__(self, _scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": self._beginning, "more_body": True})
        assert (await receive())["type"] == "http.disconnect"
        self._left.release()


@contextlib.asynccontextmanager
async def serving(hsts_seconds=0, **limits):
    """The server, with `limits` as `Limits` has them."""
    listener, stop = process.bind("127.0.0.1", 0), asyncio.Event()
    made = Server(listener)
    serving_it = process.serve(
        made.app, listener, stop, lambda: None, limits=Limits(**limits), hsts_seconds=hsts_seconds
    )
    running = asyncio.create_task(serving_it)
    yield made
    stop.set()
    await running


async def rest(reader):
    """What comes until the server closes the connection."""
    return await asyncio.wait_for(reader.read(), WAIT_SECONDS)


async def answer(reader):
    """The body of the next answer."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), WAIT_SECONDS)
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return await asyncio.wait_for(reader.readexactly(length), WAIT_SECONDS)
