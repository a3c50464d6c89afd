"""Watching requests that take long enough to be watched: all that the fast path does not answer by itself."""

from time import perf_counter
from typing import Final

from mcpskills.asgi import Application, Message, Receive, Scope, Send
from mcpskills_server.recording.recorder import Recorder
from mcpskills_server.recording.taken import MOST_BYTES, Exchange

_STREAM: Final = b"text/event-stream"
_COMMENT: Final = b":"
"""What a line of a stream begins with that says nothing."""


class Watching:
    """An application in front of another. Each request is recorded once, when its answer has ended, however it does."""

    def __init__(self, inside: Application, recorder: Recorder) -> None:
        self._inside = inside
        self._recorder = recorder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        watched = _Watched(Exchange(began, scope), receive, send)
        try:
            await self._inside(scope, watched.receive, watched.send)
        finally:
            exchange = watched.exchange
            exchange.seconds = perf_counter() - began
            self._recorder.take(exchange)


class _Watched:
    def __init__(self, exchange: Exchange, receive: Receive, send: Send) -> None:
        self.exchange = exchange
        self._receive = receive
        self._send = send
        self._came = 0

    async def receive(self) -> Message:
        message = await self._receive()
        if part := message.get("body", b""):
            self._came += len(part)
            self.exchange.body = self.exchange.body + part if self._came <= MOST_BYTES else b""
        return message

    async def send(self, message: Message) -> None:
        exchange = self.exchange
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            for name, value in message.get("headers", ()):
                if name == b"content-type":
                    exchange.streamed = value.startswith(_STREAM)
                elif name == b"mcp-session-id":
                    exchange.session = value
        elif part := message.get("body", b""):
            self._keep(exchange, part)
        await self._send(message)

    @staticmethod
    def _keep(exchange: Exchange, part: bytes) -> None:
        if exchange.streamed:
            # The answer is the last event; what was sent before is gone, so that a stream may last.
            if len(part) <= MOST_BYTES and not part.startswith(_COMMENT):
                exchange.answer = part
        elif not exchange.cut and len(exchange.answer) + len(part) <= MOST_BYTES:
            exchange.answer = exchange.answer + part if exchange.answer else part
        else:
            exchange.cut, exchange.answer = True, b""
