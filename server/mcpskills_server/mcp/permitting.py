"""Middleware of the SDK's server: nothing is answered that its caller may not ask, see `auth/rights.py`."""

from typing import Any

from mcp.server.context import CallNext, HandlerResult

from mcpskills_server.auth import rights
from mcpskills_server.auth.calling import caller
from mcpskills_server.mcp.wire import Context


async def permit(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Raises `MissingScopeError`. What has no row has no handler either, which the SDK says."""
    request: Any = ctx.request  # Starlette's: the server speaks over HTTP only
    who = caller(request.scope)
    if ctx.method in rights.METHODS:
        rights.expect(who, rights.METHODS[ctx.method])
    if ctx.method == "tools/call":
        tool = (ctx.params or {}).get("name")
        if isinstance(tool, str) and tool in rights.TOOLS:
            rights.expect(who, rights.TOOLS[tool])
    return await call_next(ctx)
