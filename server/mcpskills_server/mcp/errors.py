"""The border at which our errors become MCP errors: one row per class, the first that fits wins."""

from typing import Final

from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST

from mcpskills.errors import ForbiddenError, InvalidInputError, McpSkillsError, NotFoundError
from mcpskills_server.auth.rights import MissingScopeError
from mcpskills_server.mcp.wire import Context

CODES: Final[tuple[tuple[type[McpSkillsError], int], ...]] = (
    (InvalidInputError, INVALID_PARAMS),
    (NotFoundError, INVALID_PARAMS),  # SEP-2164: an unknown resource is -32602 with its URI in `data`
    (ForbiddenError, INVALID_REQUEST),
    (McpSkillsError, INTERNAL_ERROR),
)


async def translate(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Middleware: answer with the code of the table and, where the request named a URI, with that URI."""
    try:
        return await call_next(ctx)
    except McpSkillsError as error:
        code = next(code for kind, code in CODES if isinstance(error, kind))
        raise MCPError(code, error.message, _data(ctx, error)) from error


def _data(ctx: Context, error: McpSkillsError) -> dict[str, str] | None:
    if isinstance(error, MissingScopeError):
        return {"error": "insufficient_scope", "scope": error.scope.value}
    uri = (ctx.params or {}).get("uri")
    # A lone surrogate can come in as a JSON escape, but has no way out again.
    return {"uri": uri.encode(errors="replace").decode()} if isinstance(uri, str) else None
