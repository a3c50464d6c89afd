"""Where a request says who calls: in its ASGI scope, put there once at the way in. And what the audit trail says of it."""

import re
import uuid
from collections.abc import Callable
from typing import Final, TypeAlias

from mcpskills.access import Caller
from mcpskills.asgi import Message, Scope, Send
from mcpskills.audit import Actor

REQUEST_ID: Final = b"x-request-id"

Denied: TypeAlias = Callable[[Scope, str | None, int, str], None]
"""Hears of a request, who sent it as far as that is known, the status of the answer, and why."""

_CALLER: Final = "mcpskills.caller"
_DENIED: Final = "mcpskills.denied"
_REQUEST: Final = "mcpskills.request"
_SANE: Final = re.compile(rb"[\x21-\x7e]{1,128}")


def caller(scope: Scope) -> Caller:
    """Who sent the request."""
    found = scope[_CALLER]
    assert isinstance(found, Caller)  # noqa: S101 nothing comes past the way in without
    return found


def caller_id(scope: Scope) -> str | None:
    """The id of who sent the request; None for somebody who was not let in."""
    found: Caller | None = scope.get(_CALLER)
    return None if found is None else found.id


def called_by(scope: Scope, who: Caller, denied: Denied | None = None) -> None:
    """Note who sent the request, and who wants to hear of what is denied to them."""
    scope[_CALLER] = who
    scope[_DENIED] = denied


def deny(scope: Scope, status: int, why: str) -> None:
    """Tell whoever wants to hear it that the caller was denied what they asked for."""
    denied: Denied | None = scope.get(_DENIED)
    if denied is not None:
        denied(scope, caller(scope).name, status, why)


def actor(scope: Scope) -> Actor:
    """Who sent the request, from where, for the audit trail."""
    who = caller(scope)
    return Actor(who.name, source(scope), request_id(scope), who.id)


def source(scope: Scope) -> str | None:
    """The address that the request came from."""
    client = scope.get("client")
    return str(client[0]) if client else None


def request_id(scope: Scope) -> str:
    """What tells requests apart: what the header `X-Request-Id` says when it is one sane word, else one of our own."""
    found = scope.get(_REQUEST)
    if found is None:
        said = [value for name, value in scope["headers"] if name == REQUEST_ID]
        sane = len(said) == 1 and _SANE.fullmatch(said[0])
        found = scope[_REQUEST] = said[0].decode("ascii") if sane else uuid.uuid4().hex
    return str(found)


def named(scope: Scope, send: Send) -> Send:
    """A `send` by which the answer says which request it is to."""
    header = (REQUEST_ID, request_id(scope).encode("ascii"))

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), header]}
        await send(message)

    return answer
