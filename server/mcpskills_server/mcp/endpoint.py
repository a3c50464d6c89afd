"""`/mcp` over HTTP: the routes, what is answered before the protocol begins, and the life of what runs beside requests."""

import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Any, Final

from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import INTERNAL_ERROR, INVALID_REQUEST
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcpskills_server.library import Library
from mcpskills_server.mcp import headers, security, server
from mcpskills_server.mcp.notify import Notifications
from mcpskills_server.mcp.paths import PATHS
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings

RETRY_SECONDS: Final = 1

ADVICE: Final = {
    HTTPStatus.FORBIDDEN: "This Origin is not allowed. Add it to MCPSKILLS_ALLOWED_ORIGINS.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Expected POST.",
    HTTPStatus.NOT_ACCEPTABLE: "The Accept header must name application/json and text/event-stream.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request's body is too large.",
    HTTPStatus.MISDIRECTED_REQUEST: "This Host is not allowed. Add it to MCPSKILLS_ALLOWED_HOSTS.",
}
"""In place of the SDK's answers that are no JSON."""


class McpEndpoint:
    """The MCP server of one replica. Enter `run` once, in the application's lifespan."""

    def __init__(
        self,
        replica: Replica,
        library: Library,
        settings: ServerSettings,
        *,
        extend: Callable[[Server[Any]], None] = lambda _: None,
        json_answers: bool = True,
    ) -> None:
        """`extend` may add to the server before it answers.

        Without `json_answers`, a request is answered as an event stream, on which a tool can send notifications before
        its result and ask the client; no tool of ours does.
        """
        _quiet_sdk()
        stateless = settings.sessions == "stateless"
        self._notifications = Notifications()
        replica.on_swap(self._notifications.swapped)
        built = server.build(replica, library, self._notifications, settings)
        extend(built)
        self._manager = StreamableHTTPSessionManager(
            built,
            json_response=json_answers,
            stateless=stateless,
            security_settings=security.protection(settings),
        )
        self._app = _Door(self._manager.asgi_app, replica, post_only=stateless)

    @property
    def routes(self) -> list[Route]:
        return [Route(path, endpoint=self._app) for path in PATHS]

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        async with self._notifications.run(), self._manager.run():
            yield

    def close(self) -> None:
        """End open streams in good order. A web server that waits for its connections calls this before it waits."""
        self._notifications.close()


class _Door:
    """Refuses what never reaches the protocol, and says so in JSON, which is all that some clients can read."""

    def __init__(self, app: ASGIApp, replica: Replica, *, post_only: bool) -> None:
        self._app = app
        self._replica = replica
        self._post_only = post_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (problem := headers.problem(scope)) is not None:
            status, message, code = problem
            await _refusal(status, message, {}, code)(scope, receive, send)
        elif self._post_only and scope["method"] != "POST":
            # The SDK would open a stream on GET that never carries anything.
            await _refusal(HTTPStatus.METHOD_NOT_ALLOWED, ADVICE[HTTPStatus.METHOD_NOT_ALLOWED], {"Allow": "POST"})(
                scope, receive, send
            )
        elif not self._replica.ready:
            message = "The first snapshot is still being loaded; ask again in a moment."
            await _refusal(HTTPStatus.SERVICE_UNAVAILABLE, message, {"Retry-After": str(RETRY_SECONDS)})(
                scope, receive, send
            )
        else:
            await self._app(scope, receive, _JsonErrors(scope, receive, send))


class _JsonErrors:
    """A `send` that replaces error bodies which are no JSON."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._replaced = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= HTTPStatus.BAD_REQUEST:
            answered = Headers(raw=message["headers"])
            self._replaced = not answered.get("content-type", "").startswith("application/json")
            if self._replaced:
                status = HTTPStatus(message["status"])
                kept = {name: answered[name] for name in ("allow", "retry-after") if name in answered}
                response = _refusal(status, ADVICE.get(status, status.description or status.phrase), kept)
                await response(self._scope, self._receive, self._send)
        if not self._replaced:
            await self._send(message)


def _refusal(status: HTTPStatus, message: str, fields: dict[str, str], code: int | None = None) -> Response:
    """`code` is that of JSON-RPC, and follows the status unless given."""
    if code is None:
        code = INTERNAL_ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else INVALID_REQUEST
    body = {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": message}}
    return Response(json.dumps(body), status, fields, media_type="application/json")


def _quiet_sdk() -> None:
    """The SDK reports every request without a session as a session that ends."""
    for name in ("mcp.server.streamable_http", "mcp.server.streamable_http_manager"):
        logging.getLogger(name).setLevel(logging.WARNING)
