"""Which web pages of elsewhere may read answers: those of `MCPSKILLS_ALLOWED_ORIGINS`, and none by default.

A browser asks before it sends what is no plain form (a preflight), without any credential, so this stands before the gate.
Source: the Fetch standard, 3.2 (CORS protocol).
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from mcpskills.asgi import Application, Message, Receive, Scope, Send
from mcpskills_server.mcp import allowed

_VARY: Final = (b"vary", b"Origin")
_EXPOSED: Final = (
    b"access-control-expose-headers",
    (
        b"Mcp-Session-Id, WWW-Authenticate, Retry-After, ETag, X-Request-Id, "
        b"X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
    ),
)
"""What a page may read besides what every page may."""

_PREFLIGHT: Final = (
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE"),
    (
        b"access-control-allow-headers",
        (
            b"Authorization, X-API-Key, Content-Type, Accept, If-Match, If-None-Match, Last-Event-ID, Mcp-Session-Id, "
            b"Mcp-Protocol-Version, Mcp-Method, Mcp-Name, X-Request-Id"
        ),
    ),
    (b"access-control-max-age", b"600"),
    (b"content-length", b"0"),
)


def around(application: Application, origins: Sequence[str]) -> Application:
    """The application, open to pages of these origins. Without any it is the application itself, and costs nothing."""
    return _Open(application, tuple(origins)) if origins else application


class _Open:
    def __init__(self, application: Application, origins: Sequence[str]) -> None:
        self._application = application
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = _header(scope, b"origin") if scope["type"] == "http" else None
        if origin is None:
            await self._application(scope, receive, send)
            return
        if not allowed.fits(origin.decode("latin-1"), self._origins):
            await self._application(scope, receive, _told(send, [_VARY]))
            return
        admitted = [(b"access-control-allow-origin", origin), _VARY]
        if scope["method"] == "OPTIONS" and _header(scope, b"access-control-request-method") is not None:
            headers = [*admitted, *_PREFLIGHT]
            await send({"type": "http.response.start", "status": HTTPStatus.NO_CONTENT.value, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._application(scope, receive, _told(send, [*admitted, _EXPOSED]))


def _told(send: Send, headers: list[tuple[bytes, bytes]]) -> Send:
    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return tell


def _header(scope: Scope, name: bytes) -> bytes | None:
    """None as well for one that came twice, of which nobody knows which counts."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[0] if len(found) == 1 else None
