"""The way in over HTTP. It answers what a process is asked first, and hands everything else to the application behind it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from http import HTTPStatus

from mcpskills import access
from mcpskills.access import Caller
from mcpskills.asgi import Receive, Scope, Send
from mcpskills_server import health, problem
from mcpskills_server.auth import answers
from mcpskills_server.auth.authentication import Authentication
from mcpskills_server.auth.calling import Denied, caller, deny
from mcpskills_server.auth.gate import Gate
from mcpskills_server.auth.lasting import Lasting
from mcpskills_server.auth.limits.limiting import Limits
from mcpskills_server.auth.protected_resource import ProtectedResource
from mcpskills_server.auth.rights import MissingScopeError
from mcpskills_server.behind import Behind
from mcpskills_server.mcp.fast.path import FastPath
from mcpskills_server.mcp.paths import PATHS
from mcpskills_server.recording.noting import recorded_by
from mcpskills_server.recording.recorder import Recorder
from mcpskills_server.recording.watching import Watching
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from mcpskills_server.telemetry.tally import Tally

FIRST_VIEW_SECONDS = 5.0
"""How long one of several workers waits for its first snapshot before it answers without one."""

Job = Callable[[], Coroutine[None, None, None]]


class Front:
    """The whole server as one ASGI application. What is in `jobs` runs as long as it does."""

    def __init__(
        self,
        replica: Replica,
        behind: Behind,
        jobs: Sequence[Job],
        settings: ServerSettings,
        tally: Tally,
        *,
        who: Authentication,
        anonymous: Caller | None,
        limits: Limits,
        resource: ProtectedResource | None = None,
        denied: Denied | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        """Callers without a credential are `anonymous`; None refuses them. Who is refused is told of the `resource`.

        `denied` hears of every attempt that is denied, the `recorder` of every request to `/mcp`.
        """
        self._replica = replica
        self._behind = behind
        self._alone = settings.workers == 1
        self._lasting = Lasting(behind, who)
        self._jobs = (replica.run, behind.run, self._lasting.run, *jobs)
        self._tally = tally
        self._recorder = recorder
        self._watched = self._lasting if recorder is None else Watching(self._lasting, recorder)
        self._mcp = self._fast(settings) if settings.fast_path else self._counted
        self._gate = Gate(
            self._let_in,
            who,
            anonymous,
            settings.tenant,
            tally,
            limits=limits,
            resource=resource,
            denied=denied,
        )

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # Not a coroutine of its own: every layer of them counts among answers of some microseconds.
        if scope["type"] == "lifespan":
            return self._live(receive, send)
        if self._recorder is not None:
            recorded_by(scope, self._recorder)
        return self._gate(scope, receive, send)

    def _fast(self, settings: ServerSettings) -> FastPath:
        behind, recorder = self._behind, self._recorder
        record = None if recorder is None else recorder.swift
        fast = FastPath(
            self._replica,
            settings,
            self._watched,
            self._tally,
            behind.known,
            record=record,
            is_broken=behind.is_broken,
        )
        if recorder is not None:
            recorder.again = fast.again
        return fast

    def _let_in(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """What the gate hands on. Routes ask for their scopes themselves; `/mcp` has one for all that it answers."""
        if scope["path"] not in PATHS:
            return self._beside(scope, receive, send)
        if caller(scope).may(access.Scope.SKILLS_READ):
            return self._mcp(scope, receive, send)
        error = MissingScopeError(access.Scope.SKILLS_READ)
        deny(scope, HTTPStatus.FORBIDDEN, error.message)
        return answers.forbid(scope, self._tally.counted(send), error)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._watched(scope, receive, self._tally.counted(send))

    async def _beside(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._behind.rest is None and scope["path"] in _EARLY and scope["method"] == "GET":
            await answer(send, *_EARLY[scope["path"]](self._replica))
        else:
            await self._lasting(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """The lifespan protocol of ASGI."""
        await receive()
        async with self._running():
            if not self._alone:
                await self._first_view()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _first_view(self) -> None:
        """Wait for it, for a while: as long as this worker does not listen, its siblings have all connections."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_VIEW_SECONDS):
                await self._replica.first_view()

    @contextlib.asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(self._run(job)) for job in self._jobs]
            yield
            for task in running:
                task.cancel()

    async def _run(self, job: Job) -> None:
        try:
            await job()
        except Exception as error:  # noqa: BLE001 uvicorn would go on with what is there, without a word
            self._behind.fail(error)


def _health(_: Replica) -> tuple[HTTPStatus, str, bytes]:
    return HTTPStatus.OK, "application/json", health.Health().model_dump_json().encode()


def _ready(replica: Replica) -> tuple[HTTPStatus, str, bytes]:
    if not replica.ready:
        return HTTPStatus.SERVICE_UNAVAILABLE, problem.MEDIA_TYPE, problem.body(*problem.LOADING, "/ready")
    if replica.leaving:
        leaving = HTTPStatus.SERVICE_UNAVAILABLE, health.LEAVING
        return HTTPStatus.SERVICE_UNAVAILABLE, problem.MEDIA_TYPE, problem.body(*leaving, "/ready")
    return HTTPStatus.OK, "application/json", health.ready(replica).model_dump_json().encode()


_EARLY: dict[str, Callable[[Replica], tuple[HTTPStatus, str, bytes]]] = {"/health": _health, "/ready": _ready}
"""What is asked of a server that has just started; `health_routes.py` says the same from then on."""


async def answer(send: Send, status: HTTPStatus, media_type: str, body: bytes) -> None:
    """Answer in one piece, without what is not loaded yet."""
    headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", str(problem.RETRY_SECONDS).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
