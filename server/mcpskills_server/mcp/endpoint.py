"""`/mcp` over HTTP: the routes, what is answered before the protocol begins, and the life of what runs beside requests."""

import contextlib
import logging
from collections.abc import AsyncIterator

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import DEFAULT_MAX_REQUEST_BODY_SIZE, RequestBodyLimitMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mcpskills_server.library import Library
from mcpskills_server.mcp import headers, security, server
from mcpskills_server.mcp.notify import Notifications
from mcpskills_server.mcp.paths import PATHS
from mcpskills_server.mcp.refusals import JsonErrors, busy, refusal
from mcpskills_server.mcp.sessions import Shared
from mcpskills_server.mcp.sessions.book import SessionBook
from mcpskills_server.mcp.sessions.reception import Principal, Reception, nobody, not_allowed
from mcpskills_server.mcp.sessions.wishes import Wishes
from mcpskills_server.mcp.talking import Talking
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings


class McpEndpoint:
    """The MCP server of one replica, as the SDK has it in `server`. Enter `run` once, in the application's lifespan."""

    def __init__(
        self,
        replica: Replica,
        library: Library,
        settings: ServerSettings,
        shared: Shared | None = None,
        principal: Principal = nobody,
    ) -> None:
        """Without what replicas share there are no sessions."""
        _quiet_sdk()
        self._notifications = Notifications()
        replica.on_swap(self._notifications.swapped)
        self._book = SessionBook(shared) if shared else None
        wishes = Wishes(self._book) if self._book else None
        self.server = server.build(replica, library, self._notifications, settings, wishes)
        guard = security.protection(settings)
        self._managers = [
            StreamableHTTPSessionManager(self.server, json_response=as_json, stateless=True, security_settings=guard)
            for as_json in (True, False)
        ]
        plain: ASGIApp = Talking(*(manager.asgi_app for manager in self._managers))
        self.reception: Reception | None = None
        app = plain
        if self._book is not None:
            self.reception = Reception(
                plain,
                self.server,
                guard,
                replica=replica,
                book=self._book,
                heartbeat_seconds=settings.heartbeat_seconds,
                principal=principal,
            )
            replica.on_swap(self.reception.streams.swapped)
            app = RequestBodyLimitMiddleware(self.reception, DEFAULT_MAX_REQUEST_BODY_SIZE)
        self._app = _Door(app, replica, post_only=self.reception is None)

    @property
    def routes(self) -> list[Route]:
        return [Route(path, endpoint=self._app) for path in PATHS]

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as running:
            for manager in self._managers:
                await running.enter_async_context(manager.run())
            if self.reception is not None:
                await running.enter_async_context(self.reception.run())
            yield

    def close(self) -> None:
        """End open streams in good order. A web server that waits for its connections calls this before it waits."""
        self._notifications.close()
        if self.reception is not None:
            self.reception.streams.close()


class _Door:
    """Refuses what never reaches the protocol, and says so in JSON."""

    def __init__(self, app: ASGIApp, replica: Replica, *, post_only: bool) -> None:
        self._app = app
        self._replica = replica
        self._post_only = post_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (problem := headers.problem(scope)) is not None:
            status, message, code = problem
            await refusal(status, message, code=code)(scope, receive, send)
        elif self._post_only and scope["method"] != "POST":
            # The SDK would open a stream on GET that never carries anything.
            await not_allowed("POST")(scope, receive, send)
        elif not self._replica.ready:
            await busy("The first snapshot is still being loaded; ask again in a moment.")(scope, receive, send)
        else:
            await self._app(scope, receive, JsonErrors(scope, receive, send))


def _quiet_sdk() -> None:
    """The SDK reports every request without a session as a session that ends."""
    for name in ("mcp.server.streamable_http", "mcp.server.streamable_http_manager"):
        logging.getLogger(name).setLevel(logging.WARNING)
