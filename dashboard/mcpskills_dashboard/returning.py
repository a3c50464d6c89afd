"""Back to the page that was asked for, once somebody has signed in at an identity provider, or has not.

Streamlit leads all of them to the first page, and says nothing to who could not sign in. The page that they leave is in the
`Referer` of their way out, which the dashboard's own pages send to the dashboard alone; a cookie keeps it meanwhile.
"""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote, unquote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcpskills_dashboard import addresses, origins

_OUT: Final = "/auth/login"
_BACK: Final = "/oauth2callback"
"""Streamlit's own, both; the second leads to `/`, whatever came of it."""

_USER: Final = "_streamlit_user"
"""Its cookie, which says who signed in."""

FAILED: Final = "not_signed_in"
"""A parameter of the address that somebody comes back to who could not sign in."""

_COOKIE: Final = "mcpskills-asked-for"
_SECONDS: Final = 600


class Returning:
    """Keeps where somebody was who goes to sign in elsewhere, and leads them there when they are back."""

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in {_OUT, _BACK}:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        asked = self._left(request) if scope["path"] == _OUT else _kept(request)

        async def led(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"] == _BACK and headers.get("Location") == "/":
                    headers["Location"] = (asked or "/") if _is_known(request, headers) else _in_vain(asked)
                    headers.append("Set-Cookie", self._keeping(None))
                elif scope["path"] == _OUT and message["status"] == HTTPStatus.BAD_REQUEST:
                    # Streamlit's page of two words, when the provider cannot be asked.
                    message["status"] = HTTPStatus.FOUND
                    headers["Location"] = _in_vain(asked)
                elif scope["path"] == _OUT:
                    headers.append("Set-Cookie", self._keeping(asked))
            await send(message)

        await self._app(scope, receive, led)

    def _left(self, request: Request) -> str | None:
        page = request.headers.get("Referer", "")
        return addresses.own(page) if origins.is_own(page, request, self._public_url) else None

    def _keeping(self, asked: str | None) -> str:
        """Lax, since who comes back comes from another site."""
        said = Response()
        said.set_cookie(
            _COOKIE,
            quote(asked or "", safe=""),
            max_age=_SECONDS if asked else 0,
            path=_BACK,
            secure=(self._public_url or "").startswith("https:"),
            httponly=True,
            samesite="lax",
        )
        return said.headers["Set-Cookie"]


def _is_known(request: Request, headers: MutableHeaders) -> bool:
    """Whether the browser says who signed in: by a new cookie, or by the one that it has, if that is not taken from it."""
    said = [each.lower() for each in headers.getlist("Set-Cookie") if each.startswith(f"{_USER}=")]
    return "max-age=0;" not in said[-1] if said else _USER in request.cookies


def _in_vain(asked: str | None) -> str:
    page = asked or "/"
    return f"{page}{'&' if '?' in page else '?'}{FAILED}=1"


def _kept(request: Request) -> str | None:
    return addresses.own(unquote(request.cookies.get(_COOKIE, "")))
