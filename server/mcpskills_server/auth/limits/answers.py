"""What callers are told of their limits: headers, and the answer to who asked too much."""

import math
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus

from mcpskills.allowance import Denied, Standing
from mcpskills.asgi import Message, Scope, Send
from mcpskills.ports import Permit
from mcpskills_server import problem
from mcpskills_server.auth.answers import answer


def headers(standing: Standing, clock: Callable[[], float] = time.time) -> Sequence[tuple[str, str]]:
    """`X-RateLimit-Reset` is a moment, in seconds since 1970, as most have it."""
    said = (
        ("limit", standing.limit),
        ("remaining", standing.remaining),
        ("reset", math.ceil(clock() + standing.seconds)),
    )
    return [(f"x-ratelimit-{name}", str(value)) for name, value in said]


def telling(send: Send, permit: Permit) -> Send:
    """A `send` that adds to the answer how its caller stands."""

    async def tell(message: Message) -> None:
        standing = permit.standing() if message["type"] == "http.response.start" else None
        if standing is not None:
            more = [(name.encode(), value.encode()) for name, value in headers(standing)]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return tell


async def denied(scope: Scope, send: Send, why: Denied) -> None:
    """Answer 429."""
    wait = _wait(why.seconds)
    message = f"You may make {why.limit} {why.what}; ask again in {wait} s."
    await answer(scope, send, HTTPStatus.TOO_MANY_REQUESTS, message, _retry(wait), *headers(why.standing))


async def held_off(scope: Scope, send: Send, seconds: float) -> None:
    """Answer 429 to a source of bad credentials."""
    wait = _wait(seconds)
    message = f"Too many credentials from this address were refused; ask again in {wait} s."
    await answer(scope, send, HTTPStatus.TOO_MANY_REQUESTS, message, _retry(wait))


async def closed(scope: Scope, send: Send, message: str) -> None:
    """Answer 503: nothing can be counted."""
    await answer(scope, send, HTTPStatus.SERVICE_UNAVAILABLE, message, _retry(problem.RETRY_SECONDS))


def _retry(seconds: int) -> tuple[str, str]:
    return "retry-after", str(seconds)


def _wait(seconds: float) -> int:
    return max(1, math.ceil(seconds))
