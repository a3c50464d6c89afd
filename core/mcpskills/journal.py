"""The journal: one record for each MCP request, kept for 30 days.

An invocation's id is a UUID of version 7 (RFC 9562): it begins with the time, so that the order of ids is that of time.
"""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any

from mcpskills.errors import InvalidInputError

KEPT = timedelta(days=30)

BODY_BYTES = 16 * 1024
"""Of UTF-8 that are kept of the parameters, and as many of the result."""

ERROR_BYTES = 2 * 1024
WORD_BYTES = 512
"""Of everything else that clients choose."""

MOST_ON_A_PAGE = 200

LOOKED_AT = 1_000
"""Invocations that one page looks at, at most, to find those that fit."""

_BOUNDS = {  # in bytes, of each text
    "method": WORD_BYTES,
    "principal": WORD_BYTES,
    "session": WORD_BYTES,
    "skill": WORD_BYTES,
    "parameters": BODY_BYTES,
    "result": BODY_BYTES,
    "error": ERROR_BYTES,
    "client_address": WORD_BYTES,
    "user_agent": WORD_BYTES,
}
_texts = attrgetter(*_BOUNDS)
_CUT = "…"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LOW_BITS = (1 << 62) - 1
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)


class InvocationStatus(StrEnum):
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    TIMEOUT = "TIMEOUT"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One MCP request and what came of it.

    `id` is from `invocation_id`. `session` is None where the protocol has none, `skill` and `version` where the request
    concerned no single skill. `parameters` and `result` are JSON as text, or None where policy keeps none. `duration` is in
    seconds.
    """

    tenant: str
    id: str
    method: str
    status: InvocationStatus
    duration: float
    principal: str | None = None
    session: str | None = None
    skill: str | None = None
    version: int | None = None
    parameters: str | None = None
    result: str | None = None
    error: str | None = None
    client_address: str | None = None
    user_agent: str | None = None

    @property
    def at(self) -> datetime:
        """When the request came, to the millisecond, as the id says it."""
        return time_of(self.id)


@dataclass(frozen=True, slots=True)
class InvocationFilter:
    """What an invocation must have to be wanted; None asks for nothing. `since` counts in, `until` does not."""

    skill: str | None = None
    principal: str | None = None
    session: str | None = None
    status: InvocationStatus | None = None
    since: datetime | None = None
    until: datetime | None = None


ALL = InvocationFilter()


@dataclass(frozen=True, slots=True)
class InvocationPage:
    """The newest first. `cursor` leads to the page after it; None when nothing is left.

    A page looks at `LOOKED_AT` invocations at most, so it may hold few or none while there is more.
    """

    invocations: tuple[Invocation, ...]
    cursor: str | None


def invocation_id(at: datetime) -> str:
    """A new id for a request that came at this time; before 1970 it is as if it had come then."""
    random = secrets.randbits(74)
    digits = f"{max(_milliseconds(at), 0) << 80 | 7 << 76 | random >> 62 << 64 | 2 << 62 | random & _LOW_BITS:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def time_of(invocation: str) -> datetime:
    """The time in an id. Raises `InvalidInputError` for a text that is none."""
    try:
        if _ID.fullmatch(invocation):
            return _EPOCH + int(invocation[:8] + invocation[9:13], 16) * _MILLISECOND
    except OverflowError:
        pass
    raise InvalidInputError("An invocation's id is a UUID of version 7 in lower case, this is none.")


def is_id(text: str) -> bool:
    """Whether it could be one of an invocation."""
    try:
        time_of(text)
    except InvalidInputError:
        return False
    return True


def bound(at: datetime) -> str:
    """A text below all ids of this time and later, and above all that are earlier."""
    digits = f"{max(_milliseconds(at), 0):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def fitted(invocation: Invocation) -> Invocation:
    """The invocation as it is kept: texts cut to their bounds, with a sign at the end, and nothing that UTF-8 lacks.

    Raises `InvalidInputError` when its id is none.
    """
    time_of(invocation.id)
    texts = _texts(invocation)
    kept = tuple(map(_cut, texts, _BOUNDS.values()))
    # Nearly all fit, and to make another takes as long as all else here.
    if kept == texts:
        return invocation
    changed: dict[str, Any] = dict(zip(_BOUNDS, kept, strict=True))
    return replace(invocation, **changed)


def told(invocation: Invocation) -> dict[str, Any]:
    """What everybody who may read records is told of it, in this order, whichever way they come; without the bodies."""
    return {
        "id": invocation.id,
        "at": invocation.at,
        "skill": invocation.skill,
        "version": invocation.version,
        "method": invocation.method,
        "status": invocation.status,
        "duration_ms": round(invocation.duration * 1_000, 3),
        "principal": invocation.principal,
        "session": invocation.session,
        "client_address": invocation.client_address,
        "user_agent": invocation.user_agent,
        "error": invocation.error,
    }


def cut(text: str, most: int) -> str:
    """At most so many bytes of UTF-8; a lone surrogate, which a JSON escape can bring, becomes a question mark."""
    if len(text) <= most and text.isascii():
        return text
    encoded = text.encode(errors="replace")
    if len(encoded) <= most:
        return encoded.decode()
    return encoded[: most - len(_CUT.encode())].decode(errors="ignore") + _CUT


def _cut(text: str | None, most: int) -> str | None:
    return None if text is None else cut(text, most)


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND
