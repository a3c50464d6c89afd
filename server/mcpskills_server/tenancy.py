"""Several tenants in one process: a request goes to the application of the tenant that its credential names, and nowhere else.

One without a credential goes to the tenant whose address it asks, so that clients are told where they may sign in.

The name is only read here and believed by nobody: the tenant's own gate says who calls, by its own keys. Everything behind it
is that tenant's alone, so that two have nothing that one could see the other in. A look into a table is all that a request pays,
however many there are.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Final

import structlog

from mcpskills.asgi import Application, Message, Receive, Scope, Send
from mcpskills_server import health, problem
from mcpskills_server.auth import credentials
from mcpskills_server.auth.refusals import RefusedCredentialError
from mcpskills_server.front import FIRST_VIEW_SECONDS, answer
from mcpskills_server.naming import Naming
from mcpskills_server.service import Service

_log = structlog.get_logger(__name__)

_AT_ONCE: Final = 4
"""Tenants whose first snapshot is read at the same time."""

_BROKEN: Final = "A part of this server is broken; ask again later."


class Tenancy:
    """All tenants of a process as one ASGI application. Who names none of them is answered as `own`."""

    def __init__(self, served: Mapping[str, Service], own: str, naming: Naming, *, workers: int = 1) -> None:
        self._served = served
        self._applications = {name: each.application for name, each in served.items()}
        self._own = own
        self._naming = naming
        self._alone = workers == 1
        self._tried = self._leaving = False
        self._broken: set[str] = set()
        self._on_failure: Callable[[], None] = lambda: None
        for name, each in served.items():
            each.behind.on_failure = partial(self._breaks, name)

    @property
    def application(self) -> Application:
        return self

    def failing(self, tell: Callable[[], None]) -> None:
        """Have it told when nothing is left to serve: one tenant's trouble is nobody else's."""
        self._on_failure = tell

    def check(self) -> None:
        """Raises what broke, when nothing is left to serve."""
        if len(self._broken) == len(self._served):
            _ = self._served[self._own].behind.rest

    def leave(self) -> None:
        self._leaving = True
        for each in self._served.values():
            each.leave()

    def close_streams(self) -> None:
        for each in self._served.values():
            each.close_streams()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # Not a coroutine of its own, as in `front.py`.
        if scope["type"] == "lifespan":
            return self._live(receive, send)
        if scope["path"] in {"/health", "/ready"} and scope["method"] == "GET":
            return self._ready(send) if scope["path"] == "/ready" else _health(send)
        name = self._named(scope)
        structlog.contextvars.bind_contextvars(tenant=name)
        return self._applications[name](scope, receive, send)

    def _named(self, scope: Scope) -> str:
        """The tenant that the credential names, else the one whose address was asked, else our own.

        Whoever names one that is not here is refused by the gate of one of the others.
        """
        try:
            credential = credentials.given(scope["headers"])
        except RefusedCredentialError:
            credential = None
        named = None if credential is None else self._naming.tenant(credential)
        if named is not None and named in self._applications:
            return named
        return self._naming.host(scope["headers"]) or self._own

    def _breaks(self, name: str) -> None:
        _log.error("a tenant is served no more until this process starts anew", tenant=name)
        self._broken.add(name)
        self._applications[name] = _broken
        if len(self._broken) == len(self._served):
            self._on_failure()

    async def _ready(self, send: Send) -> None:
        """Ready once every tenant was tried and one of them is served: no tenant keeps a server from those that it can serve."""
        ready = [each.replica for each in self._served.values() if each.replica.ready]
        if self._leaving or not self._tried or not ready:
            detail = health.LEAVING if self._leaving else problem.LOADING[1]
            body = problem.body(HTTPStatus.SERVICE_UNAVAILABLE, detail, "/ready")
            await answer(send, HTTPStatus.SERVICE_UNAVAILABLE, problem.MEDIA_TYPE, body)
            return
        body = health.ready_for_several(ready, whole=len(ready) == len(self._served)).model_dump_json().encode()
        await answer(send, HTTPStatus.OK, "application/json", body)

    async def _live(self, receive: Receive, send: Send) -> None:
        """The lifespan protocol of ASGI, for all of them."""
        await receive()
        stop, turns = asyncio.Event(), asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as lives:
            tried = [
                asyncio.create_task(self._start(lives, name, stop, turns), name=f"starting {name}")
                for name in self._served
            ]
            starting = lives.create_task(self._try(tried))
            if not self._alone:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(FIRST_VIEW_SECONDS):
                        await asyncio.shield(starting)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            for each in tried:
                each.cancel()
            stop.set()
        await send({"type": "lifespan.shutdown.complete"})

    async def _try(self, tried: list["asyncio.Task[None]"]) -> None:
        await asyncio.wait(tried)
        self._tried = True

    async def _start(self, lives: asyncio.TaskGroup, name: str, stop: asyncio.Event, turns: asyncio.Semaphore) -> None:
        """Begin a tenant's life when it is its turn, and keep the turn until it has its first snapshot, or for a while."""
        async with turns:
            lives.create_task(_life(name, self._served[name].application, stop))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FIRST_VIEW_SECONDS):
                    await self._served[name].replica.first_view()


async def _life(name: str, application: Application, stop: asyncio.Event) -> None:
    """One application from its start to its end, which the event brings."""
    structlog.contextvars.bind_contextvars(tenant=name)
    began = False

    async def receive() -> Message:
        nonlocal began
        if not began:
            began = True
            return {"type": "lifespan.startup"}
        await stop.wait()
        return {"type": "lifespan.shutdown"}

    async def send(_: Message) -> None:
        """Nobody waits for it."""

    await application({"type": "lifespan"}, receive, send)


async def _health(send: Send) -> None:
    await answer(send, HTTPStatus.OK, "application/json", health.Health().model_dump_json().encode())


async def _broken(scope: Scope, _: Receive, send: Send) -> None:
    body = problem.body(HTTPStatus.SERVICE_UNAVAILABLE, _BROKEN, scope["path"])
    await answer(send, HTTPStatus.SERVICE_UNAVAILABLE, problem.MEDIA_TYPE, body)
