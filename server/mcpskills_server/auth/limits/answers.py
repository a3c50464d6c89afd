"""What callers are told of their limits: headers, and the answer to who asked too much."""

import json
import math
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Final

from mcpskills.allowance import Denied, Standing
from mcpskills.asgi import Message, Scope, Send
from mcpskills.ports import Permit
from mcpskills_server import problem
from mcpskills_server.mcp.paths import PATHS

TOO_MANY: Final = -32010
"""Of the codes that JSON-RPC and MCP leave to servers."""

Header = tuple[bytes, bytes]


def headers(standing: Standing, clock: Callable[[], float] = time.time) -> Sequence[Header]:
    """`X-RateLimit-Reset` is a moment, in seconds since 1970, as most have it."""
    said = (
        ("limit", standing.limit),
        ("remaining", standing.remaining),
        ("reset", math.ceil(clock() + standing.seconds)),
    )
    return [(f"x-ratelimit-{name}".encode(), str(value).encode()) for name, value in said]


def telling(send: Send, permit: Permit) -> Send:
    """A `send` that adds to the answer how its caller stands."""

    async def tell(message: Message) -> None:
        standing = permit.standing() if message["type"] == "http.response.start" else None
        if standing is not None:
            message = {**message, "headers": [*message.get("headers", ()), *headers(standing)]}
        await send(message)

    return tell


async def denied(scope: Scope, send: Send, why: Denied) -> None:
    """Answer 429."""
    wait = _wait(why.seconds)
    message = f"You may make {why.limit} {why.what}; ask again in {wait} s."
    await _answer(scope, send, message, wait=wait, standing=why.standing)


async def held_off(scope: Scope, send: Send, seconds: float) -> None:
    """Answer 429 to a source of bad credentials."""
    wait = _wait(seconds)
    message = f"Too many credentials from this address were refused; ask again in {wait} s."
    await _answer(scope, send, message, wait=wait)


async def closed(scope: Scope, send: Send, message: str) -> None:
    """Answer 503: nothing can be counted."""
    await _answer(scope, send, message, wait=problem.RETRY_SECONDS, status=HTTPStatus.SERVICE_UNAVAILABLE)


async def _answer(
    scope: Scope,
    send: Send,
    message: str,
    *,
    wait: int,
    standing: Standing | None = None,
    status: HTTPStatus = HTTPStatus.TOO_MANY_REQUESTS,
) -> None:
    if scope["path"] in PATHS:
        media_type = "application/json"
        error = {"code": TOO_MANY, "message": message, "data": {"retryAfter": wait}}
        body = json.dumps({"jsonrpc": "2.0", "id": None, "error": error}).encode()
    else:
        media_type, body = problem.MEDIA_TYPE, problem.body(status, message, scope["path"])
    sent = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(wait).encode()),
        *([] if standing is None else headers(standing)),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": sent})
    await send({"type": "http.response.body", "body": body})


def _wait(seconds: float) -> int:
    return max(1, math.ceil(seconds))
