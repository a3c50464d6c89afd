"""Callers that were recognised, so that a request costs one look into a table, which has digests and no credentials.

In front of it stand the few headers with credentials that came last, as they are in memory while requests are read: reading the
credential in one and making a digest of it would take most of what telling a caller takes.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple, TypeVar

from mcpskills.access import Caller
from mcpskills.ports import USE_SECONDS
from mcpskills.principal import Principal
from mcpskills_server.auth.authenticator import Recognised
from mcpskills_server.auth.refusals import Reason, RefusedCredentialError

REFUSED_SECONDS: Final = 10.0
"""How long a credential that was refused stays so without another look."""

_MOST: Final = 10_000
"""Of callers, and of refusals; the oldest make place."""

_NEAR: Final = 64
"""Headers that are looked up as they came."""

_V = TypeVar("_V")


@dataclass(slots=True)
class _Entry:
    """`until` and `noted` are moments of the clock: the end, and when it is to be noted next that they call."""

    caller: Caller
    principal: Principal | None
    until: float
    noted: float = 0.0


class _Refusal(NamedTuple):
    reason: Reason
    message: str
    whose: str | None
    until: float


class KnownCallers:
    """Touched by the event loop's thread alone. All is forgotten when principals change, and once nobody vouches for it."""

    def __init__(self, grace_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """What is known counts for `grace_seconds` after `vouch`; `clock` only goes forward."""
        self._grace = grace_seconds
        self._clock = clock
        self._vouched_until = clock() + grace_seconds
        self._entries: dict[bytes, _Entry] = {}
        self._near: dict[bytes, _Entry] = {}
        self._refused: dict[bytes, _Refusal] = {}
        self._met: dict[bytes, None] = {}
        self._used: list[Principal] = []
        self.age = 0
        """How often all was forgotten: what was looked up before the last time is not kept."""

    def near(self, header: bytes) -> Caller | None:
        """Who sends this header, if it is among those that came last; else `get` may know."""
        entry = self._near.get(header)
        if entry is None:
            return None
        now = self._clock()
        if now >= entry.until or now >= self._vouched_until:
            # Whoever is recognised anew has another entry.
            del self._near[header]
            return None
        if now >= entry.noted:
            self._note(entry, now)
        return entry.caller

    def get(self, credential: bytes, header: bytes | None = None) -> Caller | None:
        """Who has this credential; from now on `near` knows who sends the header that it came in."""
        entry = self._entries.get(sha256(credential).digest())
        now = self._clock()
        if entry is None or now >= entry.until or now >= self._vouched_until:
            return None
        if now >= entry.noted:
            self._note(entry, now)
        if header is not None:
            _put(self._near, header, entry, _NEAR)
        return entry.caller

    def refusal(self, credential: bytes) -> RefusedCredentialError | None:
        """Why the credential was refused a moment ago."""
        kept = self._refused.get(sha256(credential).digest())
        if kept is None or self._clock() >= kept.until:
            return None
        return RefusedCredentialError(kept.reason, kept.message, kept.whose)

    def met(self, credential: bytes) -> bool:
        """Whether the credential was known before all was forgotten: it need not be good any more."""
        return sha256(credential).digest() in self._met

    def keep(self, credential: bytes, who: Recognised, age: int) -> None:
        """Know them from now on, if nothing was forgotten since `age`, when they were looked up."""
        if age == self.age:
            now = self._clock()
            entry = _Entry(who.caller, who.principal, now + who.seconds)
            _put(self._entries, sha256(credential).digest(), entry)
            self._note(entry, now)

    def refuse(self, credential: bytes, why: RefusedCredentialError, age: int) -> None:
        """Refuse it from now on for a moment, as `keep` knows."""
        if age == self.age:
            # Not the error itself: by its traceback it holds the credential and whatever was made of it.
            kept = _Refusal(why.reason, why.message, why.whose, self._clock() + REFUSED_SECONDS)
            _put(self._refused, sha256(credential).digest(), kept)

    def forget(self) -> None:
        """Everything may be otherwise by now."""
        self.age += 1
        for mark in self._entries:
            _put(self._met, mark, None)
        self._entries.clear()
        self._near.clear()
        self._refused.clear()

    def vouch(self) -> None:
        """Nothing changed since all was forgotten last."""
        self._vouched_until = self._clock() + self._grace

    def take_used(self) -> Sequence[Principal]:
        """Those who called since this was asked last; the same again after `USE_SECONDS` at the soonest."""
        used, self._used = self._used, []
        return used

    def _note(self, entry: _Entry, now: float) -> None:
        entry.noted = now + USE_SECONDS
        if entry.principal is not None:
            self._used.append(entry.principal)


def _put(table: dict[bytes, _V], mark: bytes, value: _V, most: int = _MOST) -> None:
    if len(table) >= most:
        del table[next(iter(table))]
    table[mark] = value
