"""What the caller of an MCP request sees."""

from typing import Any

from mcpskills.asgi import Scope
from mcpskills_server.auth import sight
from mcpskills_server.mcp.wire import Context
from mcpskills_server.replica import Replica, View


def view_of(replica: Replica, ctx: Context) -> View:
    """The present view, as far as the caller may see it. A handler takes it once."""
    return sight.present(replica, scope_of(ctx))


def scope_of(ctx: Context) -> Scope:
    """The request that a message came with; within a session each message has its own."""
    request: Any = ctx.request  # Starlette's: everything is served over HTTP only
    return {} if request is None else request.scope
