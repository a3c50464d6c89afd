"""Who may call the admin API without a credential, where the settings let callers in at all: this machine, and no web page.

A request is admitted, and its caller's scopes looked at, before a byte of its body is read, and its body is counted while it is.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from mcpskills.loopback import is_loopback
from mcpskills.printable import quoted
from mcpskills_server.auth.calling import caller
from mcpskills_server.auth.guarding import GuardedRoute
from mcpskills_server.auth.rights import Right

REASON = "Without an API key, the admin API answers on this machine only"

_FORWARDED_ADDRESSES = ("x-forwarded-for", "x-real-ip")
_FORWARDED_HOST = "x-forwarded-host"
_AUTHORITY = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::[0-9]+)?|([0-9A-Fa-f:.]+)")


def route(needs: Right, body_bytes: int, media_type: str | None = None) -> type[GuardedRoute]:
    """A class of routes for who has the right; they take bodies of one media type, if said, and read at most `body_bytes`."""

    class AdmittedRoute(GuardedRoute):
        right = needs

        def permitted(self, request: Request) -> Request:
            admit(request)
            permitted = super().permitted(request)
            if media_type is not None and _media_type(request) != media_type:
                raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the body as {media_type}.")
            return Request(permitted.scope, _counted(permitted, body_bytes))

    return AdmittedRoute


def admit(request: Request) -> None:
    """Raises 403 for a caller whom nobody vouches for, unless from this machine, to it, and not sent by a foreign web page."""
    if not caller(request.scope).anonymous:
        return
    reason = refusal(request.client.host if request.client else None, request.headers)
    if reason is not None:
        raise HTTPException(HTTPStatus.FORBIDDEN, f"{REASON}; {reason}.")


def refusal(client: str | None, headers: Headers) -> str | None:
    """Why a caller is turned away; None for one who is not."""
    if client is None or not is_loopback(client):
        return f"the request came from {quoted(client or 'an unknown address')}"
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not is_loopback(_host(hosts[0])):
        # A name of the attacker's that resolves to 127.0.0.1 still stands in the Host header (DNS rebinding).
        return f"the request was addressed to {quoted(', '.join(hosts) or 'no host')}, not to localhost"
    for origin in headers.getlist("origin"):
        if not _is_local_origin(origin):
            return f"the request was sent by a web page of {quoted(origin)}"
    for address in _forwarded(headers):
        if not is_loopback(_host(address)):
            return f"a proxy passed the request on from {quoted(address)}"
    return None


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_local_origin(origin: str) -> bool:
    scheme, separator, host = origin.partition("://")
    return bool(separator) and scheme in {"http", "https"} and is_loopback(_host(host))


def _host(authority: str) -> str:
    """The host of `host`, `host:port`, `[v6]` or `[v6]:port`; a bare IPv6 address is itself. Empty when it is malformed."""
    found = _AUTHORITY.fullmatch(authority.strip())
    return next(filter(None, found.groups()), "") if found else ""


def _forwarded(headers: Headers) -> Iterator[str]:
    """Every address and host that proxies wrote down. RFC 7239 for Forwarded, custom for the others."""
    for name in (*_FORWARDED_ADDRESSES, _FORWARDED_HOST):
        for value in headers.getlist(name):
            yield from (part.strip() for part in value.split(","))
    for value in headers.getlist("forwarded"):
        for pair in value.replace(",", ";").split(";"):
            key, _, said = pair.strip().partition("=")
            if key.strip().lower() in {"for", "host"}:
                yield said.strip().strip('"')


def _counted(request: Request, most: int) -> Receive:
    # The declared length is only good for refusing early.
    declared = request.headers.get("content-length", "")
    read = most + 1 if declared.isdecimal() and len(declared) >= len(str(most)) and float(declared) > most else 0

    async def receive() -> Message:
        nonlocal read
        if read <= most:
            message = await request.receive()
            read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"The request has more than {most} bytes, which is the most that is read.",
            )
        return message

    return receive
