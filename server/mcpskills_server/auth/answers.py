"""How a caller is turned away before anything looks at the request: in JSON-RPC where MCP is spoken, else as a problem."""

import json
from http import HTTPStatus
from typing import Any, Final

from mcp_types import HEADER_MISMATCH, INTERNAL_ERROR, INVALID_REQUEST

from mcpskills.asgi import Scope, Send
from mcpskills_server import problem
from mcpskills_server.auth import protected_resource
from mcpskills_server.auth.refusals import Reason, RefusedCredentialError
from mcpskills_server.auth.rights import MissingScopeError
from mcpskills_server.mcp.paths import PATHS
from mcpskills_server.recording import noting

TOO_MANY: Final = -32010
"""Of the codes that JSON-RPC and MCP leave to servers."""

UNSURE: Final = "Who calls cannot be found out now; ask again in a moment."


def status_of(why: RefusedCredentialError) -> HTTPStatus:
    """What `refuse` answers."""
    return HTTPStatus.BAD_REQUEST if why.reason is Reason.AMBIGUOUS else HTTPStatus.UNAUTHORIZED


async def refuse(scope: Scope, send: Send, why: RefusedCredentialError) -> None:
    """Answer 400 for a request that says two things at once, else 401."""
    if status_of(why) is HTTPStatus.BAD_REQUEST:
        await answer(scope, send, HTTPStatus.BAD_REQUEST, why.message)
        return
    error = None if why.reason is Reason.MISSING else "invalid_token"
    said = protected_resource.challenge(scope, error, why.message)
    await answer(scope, send, HTTPStatus.UNAUTHORIZED, why.message, ("www-authenticate", said))


async def forbid(scope: Scope, send: Send, why: MissingScopeError) -> None:
    """Answer 403 with the scope that it takes."""
    await answer(scope, send, HTTPStatus.FORBIDDEN, why.message, ("www-authenticate", lacking(scope, why)))


def lacking(scope: Scope, why: MissingScopeError) -> str:
    """The WWW-Authenticate header for who lacks a scope."""
    return protected_resource.challenge(scope, "insufficient_scope", why.message, (why.scope,))


async def unsure(scope: Scope, send: Send) -> None:
    """Answer 503: the store that knows callers cannot be reached."""
    retry = "retry-after", str(problem.RETRY_SECONDS)
    await answer(scope, send, HTTPStatus.SERVICE_UNAVAILABLE, UNSURE, retry)


async def answer(scope: Scope, send: Send, status: HTTPStatus, message: str, *more: tuple[str, str]) -> None:
    """Answer with an error; `more` are headers. In JSON-RPC, whose clients may see no headers, `data` says when to ask again."""
    path = scope["path"]
    noting.turned_away(scope, int(status), message)
    if path in PATHS:
        media_type = "application/json"
        error: dict[str, Any] = {"code": _CODES.get(status, INVALID_REQUEST), "message": message}
        if (wait := dict(more).get("retry-after")) is not None:
            error["data"] = {"retryAfter": int(wait)}
        body = json.dumps({"jsonrpc": "2.0", "id": None, "error": error}).encode()
    else:
        media_type, body = problem.MEDIA_TYPE, problem.body(status, message, path)
    said = ("content-type", media_type), ("content-length", str(len(body))), *more
    headers = [(name.encode(), value.encode()) for name, value in said]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})


_CODES: Final = {
    HTTPStatus.BAD_REQUEST: HEADER_MISMATCH,
    HTTPStatus.TOO_MANY_REQUESTS: TOO_MANY,
    HTTPStatus.SERVICE_UNAVAILABLE: INTERNAL_ERROR,
}
