"""Middleware of the SDK's server: nothing is answered that its caller may not ask, see `auth/rights.py`."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from mcp.server.context import CallNext, HandlerResult

from mcpskills.access import Scope
from mcpskills_server.auth import rights
from mcpskills_server.auth.calling import caller, deny
from mcpskills_server.auth.rights import MissingScopeError
from mcpskills_server.mcp.wire import Context


async def permit(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Raises `MissingScopeError`. What has no row has no handler either, which the SDK says."""
    request: Any = ctx.request  # Starlette's: the server speaks over HTTP only
    who = caller(request.scope)
    try:
        for scope in _needed(ctx):
            rights.expect(who, scope)
    except MissingScopeError as error:
        deny(request.scope, HTTPStatus.FORBIDDEN, f"{ctx.method}: {error.message}")
        raise
    return await call_next(ctx)


def _needed(ctx: Context) -> Iterator[Scope]:
    if ctx.method in rights.METHODS:
        yield rights.METHODS[ctx.method]
    if ctx.method == "tools/call":
        tool = (ctx.params or {}).get("name")
        if isinstance(tool, str) and tool in rights.TOOLS:
            yield rights.TOOLS[tool]
