"""What a session's client wishes to be told: kept in the session's record, where every replica's stream finds it."""

from typing import Any, Final

import mcp_types as types

from mcpskills.errors import InvalidInputError, NotFoundError
from mcpskills.session import UNKNOWN, Session, SessionKey
from mcpskills_server.mcp import watched
from mcpskills_server.mcp.sessions.book import SessionBook
from mcpskills_server.mcp.wire import Context

SESSION: Final = "mcpskills.session"
"""Where the scope of a request has the key of its session, if it has one."""


class Wishes:
    """Handlers of the SDK's server."""

    def __init__(self, book: SessionBook) -> None:
        self._book = book

    async def subscribe(self, ctx: Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
        def change(session: Session) -> Session:
            watched.expect_few(session.subscriptions | {params.uri})
            return session.subscribed(params.uri)

        return await self._keep(ctx, change)

    async def unsubscribe(self, ctx: Context, params: types.UnsubscribeRequestParams) -> types.EmptyResult:
        return await self._keep(ctx, lambda session: session.unsubscribed(params.uri))

    async def set_level(self, ctx: Context, params: types.SetLevelRequestParams) -> types.EmptyResult:
        return await self._keep(ctx, lambda session: session.logging(params.level))

    async def _keep(self, ctx: Context, change: Any) -> types.EmptyResult:
        request: Any = ctx.request  # Starlette's: sessions are served over HTTP only
        key: SessionKey | None = request.scope.get(SESSION)
        if key is None:
            raise InvalidInputError("This needs a session: initialize, and send the Mcp-Session-Id of the answer.")
        try:
            await self._book.change(key, change)
        except NotFoundError as error:
            raise InvalidInputError(UNKNOWN) from error
        return types.EmptyResult()
