"""Where requests of the handshake era come in: opens and closes sessions, and hands on what belongs to one.

What names no session is answered without one, by the SDK's stateless server: many clients know no sessions.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Any, Final

import structlog
from mcp.server.lowlevel import Server
from mcp.server.streamable_http import check_accept_headers
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from mcp.shared.inbound import MCP_PROTOCOL_VERSION_HEADER
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills.session import UNKNOWN, Session, SessionKey
from mcpskills_server import health
from mcpskills_server.auth.calling import caller
from mcpskills_server.mcp.refusals import busy, refusal
from mcpskills_server.mcp.sessions import asked
from mcpskills_server.mcp.sessions.asked import Asked
from mcpskills_server.mcp.sessions.book import SessionBook
from mcpskills_server.mcp.sessions.channels import Channels
from mcpskills_server.mcp.sessions.opening import Opening
from mcpskills_server.mcp.sessions.streams import Streams
from mcpskills_server.mcp.sessions.wishes import SESSION
from mcpskills_server.mcp.talking import QUIET
from mcpskills_server.replica import Replica

_log = structlog.get_logger(__name__)

_SESSION_ID: Final = "mcp-session-id"
_VERSION: Final = MCP_PROTOCOL_VERSION_HEADER.lower().encode()
Principal = Callable[[Scope], str | None]


def nobody(_: Scope) -> None:
    """Who calls, while callers need not say."""
    return


class Reception:
    """An ASGI application in front of `plain`, which serves what has no session. Enter `run` once."""

    def __init__(
        self,
        plain: ASGIApp,
        server: Server[Any],
        security: TransportSecuritySettings,
        *,
        replica: Replica,
        book: SessionBook,
        heartbeat_seconds: float,
        principal: Principal = nobody,
    ) -> None:
        self._plain = plain
        self._security = TransportSecurityMiddleware(security)
        self._replica = replica
        self._book = book
        self._principal = principal
        self._opening = Opening(plain, replica, book)
        self.streams = Streams(replica, book, heartbeat_seconds)
        self._channels = Channels(server, security, self.streams.say)
        book.on_change = self.streams.changed

    def known(self, session_id: str, principal: str | None) -> str | None:
        """The protocol version of a session that is certainly open; None for one that must be asked for."""
        return self._book.known(session_id, principal)

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        async with self._channels.run(), asyncio.TaskGroup() as tasks:
            beside = [tasks.create_task(job()) for job in (self._book.hear, self.streams.run)]
            yield
            for task in beside:
                task.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        version = request.headers.get(MCP_PROTOCOL_VERSION_HEADER)
        if version is not None and version not in HANDSHAKE_PROTOCOL_VERSIONS:
            await self._plain(scope, receive, send)
        elif refused := await self._security.validate_request(request, is_post=request.method == "POST"):
            await refused(scope, receive, send)
        elif request.method == "POST":
            await self._posted(request, receive, send)
        elif request.method in ("GET", "DELETE"):
            await self._of_session(request, receive, send)
        else:
            await not_allowed("GET, POST, DELETE")(scope, receive, send)

    async def _posted(self, request: Request, receive: Receive, send: Send) -> None:
        body = await asked.body_of(receive)
        if body is None:
            return
        message, key, receive = asked.read(body), self._key(request), asked.again(body, receive)
        if message.method == "initialize":
            if self._replica.leaving:
                await busy(health.LEAVING)(request.scope, receive, send)
            else:
                await self._opening.serve(message, self._principal(request.scope), request.scope, receive, send)
            return
        try:
            session = await self._book.find(key) if key else None
        except NotFoundError:
            await unknown()(request.scope, receive, send)
            return
        except UnavailableError as error:
            # What is asked without a session is answered all the same, so this is, too.
            _log.debug("a request is served without its session", reason=error.message)
            session = None
        await self._serve(message, session, request.scope, receive, send)

    async def _serve(self, message: Asked, session: Session | None, scope: Scope, receive: Receive, send: Send) -> None:
        if session is None:
            await self._plain(scope, receive, send)
            return
        scope = _of(session, scope)
        if message.method == "notifications/initialized":
            with contextlib.suppress(NotFoundError, UnavailableError):
                await self._book.note(session.key, Session.begun)
        if not self._talks(message, session) or not all(check_accept_headers(Request(scope))):
            await self._plain(scope, receive, send)
            return
        try:
            await self._channels.serve(session, scope, receive, send)
        except UnavailableError as error:
            await busy(error.message)(scope, receive, send)

    def _talks(self, message: Asked, session: Session) -> bool:
        """Whether this may talk back while it runs, or concerns what does: an answer, or a cancellation."""
        if message.method is None or message.method.startswith("notifications/"):
            return session.id in self._channels
        return message.method == "tools/call" and message.tool not in QUIET

    async def _of_session(self, request: Request, receive: Receive, send: Send) -> None:
        """GET and DELETE, which nothing but a session can answer."""
        key = self._key(request)
        if key is None:
            await not_allowed("POST")(request.scope, receive, send)
            return
        try:
            if request.method == "DELETE":
                await self._book.end(key)
                await self._channels.close(key.id)
                await Response()(request.scope, receive, send)
            else:
                await self._opened_stream(request, await self._book.find(key), receive, send)
        except NotFoundError:
            await unknown()(request.scope, receive, send)
        except UnavailableError as error:
            await busy(error.message)(request.scope, receive, send)

    async def _opened_stream(self, request: Request, session: Session, receive: Receive, send: Send) -> None:
        _, accepted = check_accept_headers(request)
        last = request.headers.get("last-event-id", "")
        if not accepted:
            answer = refusal(HTTPStatus.NOT_ACCEPTABLE, "The Accept header must name text/event-stream.")
        elif self._replica.leaving:
            answer = busy(health.LEAVING)
        elif not last or _is_generation(last):
            since = int(last) if last else None
            await self.streams.serve(session, since, receive, send, sees=caller(request.scope).sees)
            return
        elif session.id in self._channels:
            await self._channels.serve(session, _of(session, request.scope), receive, send)
            return
        else:
            answer = refusal(HTTPStatus.BAD_REQUEST, "The event of Last-Event-ID is not known here: ask once more.")
        await answer(request.scope, receive, send)

    def _key(self, request: Request) -> SessionKey | None:
        identifier = request.headers.get(_SESSION_ID)
        return None if identifier is None else self._book.key(identifier, self._principal(request.scope))


def unknown() -> Response:
    """The client initializes again."""
    return refusal(HTTPStatus.NOT_FOUND, UNKNOWN)


def not_allowed(allow: str) -> Response:
    message = "Expected POST." if allow == "POST" else f"Expected one of {allow}."
    return refusal(HTTPStatus.METHOD_NOT_ALLOWED, message, {"Allow": allow})


def _of(session: Session, scope: Scope) -> Scope:
    """The scope as a request of a session has it: whose it is, and the version that was agreed on, whatever it says."""
    headers = [(name, value) for name, value in scope["headers"] if name != _VERSION]
    headers.append((_VERSION, session.protocol_version.encode()))
    return {**scope, "headers": headers, SESSION: session.key}


def _is_generation(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20  # noqa: PLR2004 as many digits as 64 bits have
