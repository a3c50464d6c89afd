"""How a browser remembers a visit by API key through a reload and in another tab: by a cookie with the visit's id.

A WebSocket cannot set a cookie that scripts cannot read. So the page of who just signed in asks for it, by a ticket that
is good once and for a minute; the id is in no page, and it is another one after each sign-in.

A browser has one sign-in, the last: what it had from a page that was open before ends with the next one.
"""

import re
from http import HTTPStatus
from typing import Final

import streamlit as st
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mcpskills_dashboard.visits import Visits

PATH: Final = "/visit"
TICKET: Final = "Visit-Ticket"
"""A header that no page of elsewhere may send without asking first."""

_PORT: Final = re.compile(r":(\d+)$")
_ELSEWHERE: Final = "_streamlit_user"
"""What Streamlit's cookies of who signed in at an identity provider begin with."""


def route(visits: Visits) -> Route:
    """What the dashboard answers at `PATH`."""

    def remember(request: Request) -> Response:
        origin = request.headers.get("Origin")
        visit = visits.redeem(request.headers.get(TICKET, "")) if origin else None
        if origin is None or visit is None:
            return PlainTextResponse("Only a page that has just signed in.", HTTPStatus.FORBIDDEN)
        leave(visits, request, origin)
        response = Response(status_code=HTTPStatus.NO_CONTENT)
        for name in request.cookies:
            if name.startswith(_ELSEWHERE):
                response.delete_cookie(name)
        secure = origin.startswith("https:")
        response.set_cookie(cookie(origin), visit, path="/", secure=secure, httponly=True, samesite="strict")
        return response

    return Route(PATH, remember, methods=["POST"])


def leave(visits: Visits, asked: HTTPConnection, origin: str) -> None:
    """End the visit that a browser came with, whose page of this origin is another person from now on."""
    if former := asked.cookies.get(cookie(origin)):
        visits.end(former)


def cookie(origin: str) -> str:
    """What the cookie of a page's origin is called.

    Browsers give a machine's cookies to all of its ports, so each port has its own; over https no neighbour below the same
    domain can set one of that prefix (RFC 6265bis, 4.1.3.2).
    """
    port = _PORT.search(origin)
    return f"{'__Host-' if origin.startswith('https:') else ''}mcpskills-visit{f'-{port[1]}' if port else ''}"


def visit() -> str | None:
    """The id that the browser came with, whether or not there is such a visit."""
    origin = st.context.headers.get("Origin")
    return st.context.cookies.get(cookie(origin)) if origin else None


def draw(ticket: str | None) -> None:
    """Have the page ask for the cookie, if it has not yet."""
    if ticket is not None:
        ask = f"fetch('{PATH}', {{method: 'POST', headers: {{'{TICKET}': '{ticket}'}}, keepalive: true}})"
        st.html(f"<script>{ask}</script>", unsafe_allow_javascript=True)
