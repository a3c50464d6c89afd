"""Visits by API key, in the memory of this process: a browser keeps the id of one, the key stays here.

What a browser is given is in `remembering.py`. Whoever signs out ends the visit, on every page that is open of it.
"""

import secrets
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from pydantic import SecretStr

IDLE_SECONDS: Final = 8 * 3600.0
"""A visit ends when nobody used it for so long."""

WHOLE_SECONDS: Final = 7 * 24 * 3600.0
"""And so long after its beginning, however much it is used."""

TICKET_SECONDS: Final = 60.0
"""How long the page has to have its browser remember the visit."""

MOST: Final = 2000
MOST_OF_ONE: Final = 50
"""Of one caller. Who has that many loses the one that they did not use for the longest time; where there is no room for more
visits at all, whoever has most does."""

_RANDOM_BYTES: Final = 32

Who = tuple[str, str]
"""A tenant, and the id of a caller in it: an API key, or a user of an identity provider, by whichever tokens."""


def _now() -> float:
    """Seconds by a clock that goes on while the machine sleeps, as `time.monotonic` does not everywhere."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.time()


@dataclass(slots=True)
class _Visit:
    key: SecretStr
    who: Who
    began: float
    used: float
    ticket: str | None = field(repr=False)


class Visits:
    """Any thread may ask. An id is made here and told once, for a ticket, so nobody can choose or plant one."""

    def __init__(self, clock: Callable[[], float] = _now) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._visits: dict[str, _Visit] = {}
        """The one that was not used for the longest time first."""

    def begin(self, key: SecretStr, who: Who) -> str:
        """The id of a new visit, by a key that the server knows, or an empty one of who comes in without."""
        now = self._clock()
        with self._lock:
            self._forget_what_is_over(now)
            self._make_room(who)
            visit = secrets.token_urlsafe(_RANDOM_BYTES)
            self._visits[visit] = _Visit(key, who, now, now, secrets.token_urlsafe(_RANDOM_BYTES))
        return visit

    def key(self, visit: str) -> SecretStr | None:
        """The key of a visit, which is used by this; None when there is none of that id, or none any more."""
        now = self._clock()
        with self._lock:
            if visit not in self._visits:
                return None
            kept = self._visits.pop(visit)
            if _is_over(kept, now):
                return None
            kept.used = now
            self._visits[visit] = kept
            return kept.key

    def end(self, visit: str) -> None:
        """Forget it, if it is there."""
        with self._lock:
            self._visits.pop(visit, None)

    def sweep(self) -> None:
        """Forget what is over by time, so that no key stays in memory because nobody comes."""
        with self._lock:
            self._forget_what_is_over(self._clock())

    def ticket(self, visit: str) -> str | None:
        """What the id can be had for, once; None when that was done, or when it is too late."""
        now = self._clock()
        with self._lock:
            kept = self._visits.get(visit)
            return kept.ticket if kept is not None and now - kept.began <= TICKET_SECONDS else None

    def redeem(self, ticket: str) -> str | None:
        """The id of the visit that the ticket is of; None the second time."""
        now = self._clock()
        with self._lock:
            for visit, kept in self._visits.items():
                if kept.ticket == ticket and now - kept.began <= TICKET_SECONDS:
                    kept.ticket = None
                    return visit
        return None

    def _forget_what_is_over(self, now: float) -> None:
        for visit in [each for each, kept in self._visits.items() if _is_over(kept, now)]:
            del self._visits[visit]

    def _make_room(self, who: Who) -> None:
        counted = Counter(kept.who for kept in self._visits.values())
        if counted[who] >= MOST_OF_ONE:
            self._end_one_of(who)
        elif len(self._visits) >= MOST:
            [(most, _)] = counted.most_common(1)
            self._end_one_of(most)

    def _end_one_of(self, who: Who) -> None:
        del self._visits[next(visit for visit, kept in self._visits.items() if kept.who == who)]


def _is_over(kept: _Visit, now: float) -> bool:
    return now - kept.used > IDLE_SECONDS or now - kept.began > WHOLE_SECONDS


@cache
def kept() -> Visits:
    """Those of this process, for Streamlit's threads and our route alike.

    Streamlit runs a script by its path and hands it nothing from `app.py`, so they are found here by both. They are not one of
    Streamlit's cached resources: whoever reaches the WebSocket can have those cleared, for everybody.
    """
    return Visits()
