"""A browser has one sign-in, the last: who goes to an identity provider, or out by it, leaves the visit by key that it had.

Their page may know of none: it was open when another one of the browser began it. The cookie is seen on the way out; it does
not come along on the way back, which is from another site.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from mcpskills_dashboard import origins, remembering
from mcpskills_dashboard.visits import Visits

_WAYS: Final = frozenset({"/auth/login", "/auth/logout"})
"""Streamlit's own."""


class Leaving:
    """Ends the visit of a browser whose user leaves by a page of the dashboard; no page of elsewhere ends one."""

    def __init__(self, app: ASGIApp, visits: Visits, public_url: str | None) -> None:
        self._app = app
        self._visits = visits
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in _WAYS:
            self._leave(Request(scope))
        await self._app(scope, receive, send)

    def _leave(self, request: Request) -> None:
        page = request.headers.get("Referer", "")
        if origins.is_own(page, request, self._public_url):
            parts = urlsplit(page)
            remembering.leave(self._visits, request, f"{parts.scheme}://{parts.netloc}")
