"""What every answer of the dashboard is bound by: whose it is, and what a browser may do with it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from mcpskills_dashboard import origins

POLICY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; "
    # Streamlit's page has a script of one line, and its charts and grids compile what they draw.
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:"
)
"""Nothing comes from, and nothing goes to, another machine, whatever a skill's text says."""

_HEADERS: Final = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    # The dashboard's own pages tell it where somebody was who goes to sign in; nobody else is told anything.
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

_SIGN_OUT: Final = "/auth/logout"
"""Streamlit's own, which takes its cookies back."""

_SIGNING: Final = "/auth/"
_PAGES: Final = frozenset({b"document", b""})
"""What a browser may ask for there (Fetch Metadata, `Sec-Fetch-Dest`): a picture in a skill's text signs nobody out."""


_REFUSED: Final = PlainTextResponse("Only a page of its own.", HTTPStatus.FORBIDDEN)
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Guarded:
    """Answers those alone who ask for this dashboard by its name, and puts the headers on.

    A foreign name that resolves to this machine gets nowhere (DNS rebinding), nor does a page of elsewhere that opens the
    WebSocket or sends something: cookies say who visits, and Streamlit lets in every page of this machine. Who signs out is sent
    to `after`: Streamlit would send them to the provider with their identity token in the address, in a form that not every
    provider knows.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str], after: str, public_url: str | None) -> None:
        self._app = TrustedHostMiddleware(app, allowed_hosts=hosts, www_redirect=False)
        self._after = after
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"] == _SIGN_OUT and "Location" in headers:
                    headers["Location"] = self._after
                for name, value in _HEADERS:
                    headers[name] = value
            await send(message)

        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif self._is_foreign(scope):
            await (WebSocketClose() if scope["type"] == "websocket" else _REFUSED)(scope, receive, with_headers)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        elif scope["path"].startswith(_SIGNING) and dict(scope["headers"]).get(b"sec-fetch-dest", b"") not in _PAGES:
            await _REFUSED(scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)

    def _is_foreign(self, scope: Scope) -> bool:
        """Whether a page of elsewhere wants more than to read. Who is no browser says no origin, and has nobody's cookies."""
        asked = HTTPConnection(scope)
        origin = asked.headers.get("Origin")
        reads = scope["type"] == "http" and scope["method"] in _READING
        return origin is not None and not reads and not origins.is_own(origin, asked, self._public_url)
