"""Requests that go on for long, as streams do: each ends once its caller is no longer who it was when it began."""

import asyncio
from typing import Final

import anyio

from mcpskills.access import Caller
from mcpskills.asgi import Application, Message, Receive, Scope, Send
from mcpskills.errors import UnavailableError
from mcpskills_server.auth import credentials
from mcpskills_server.auth.authentication import WATCH_SECONDS, Authentication
from mcpskills_server.auth.calling import caller
from mcpskills_server.auth.refusals import RefusedCredentialError

_TOGETHER: Final = 100
"""Callers that are looked up at once, so that those of new requests find a place between them."""


class Lasting:
    """An application in front of another that answers what may take long. `run` as long as requests are answered."""

    def __init__(self, inside: Application, who: Authentication) -> None:
        self._inside = inside
        self._who = who
        self._open: set[_Request] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = caller(scope)
        credential = None if who.anonymous else credentials.given(scope["headers"])
        if credential is None:
            await self._inside(scope, receive, send)
            return
        request = _Request(credential, who, receive, send)
        self._open.add(request)
        try:
            await self._inside(scope, request.receive, request.send)
            await request.finish()
        finally:
            self._open.discard(request)

    async def run(self) -> None:
        """End the requests of callers who are let in no more, or otherwise than before, until cancelled."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            unsure = [request for request in self._open if self._who.known(request.credential) is not request.caller]
            for start in range(0, len(unsure), _TOGETHER):
                await asyncio.gather(*map(self._look_again, unsure[start : start + _TOGETHER]))

    async def _look_again(self, request: "_Request") -> None:
        try:
            now = await self._who.caller(request.credential)
        except (RefusedCredentialError, UnavailableError):
            request.end()
        else:
            if now == request.caller:
                request.caller = now
            else:
                request.end()


class _Request:
    """A request in the middle of its answer. To what answers it, its end is a client that left."""

    def __init__(self, credential: bytes, who: Caller, receive: Receive, send: Send) -> None:
        self.credential = credential
        self.caller = who
        self._receive = receive
        self._send = send
        self._waiting: anyio.CancelScope | None = None
        self._ended = False
        self._unfinished = False

    async def receive(self) -> Message:
        if not self._ended:
            with anyio.CancelScope() as self._waiting:
                return await self._receive()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        await self._send(message)
        self._unfinished = message["type"] == "http.response.start" or message.get("more_body", False)

    def end(self) -> None:
        self._ended = True
        if self._waiting is not None:
            self._waiting.cancel()

    async def finish(self) -> None:
        """Say that it was all, where whoever answered takes the client for gone."""
        if self._ended and self._unfinished:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
