"""Short calls of skills by place and duration: each leaves one number, and whoever counts looks later what it stands for.

A call finds nothing here that is far away in memory, or that is more the more skills are called.
"""

import itertools
from array import array
from collections.abc import Callable, Iterator
from typing import Final

from mcpskills.statistics.latencies import SHORT, SHORT_BITS, bin_of
from mcpskills.statistics.sheet import HOUR

MOST_PLACES: Final = 20_000
"""Versions of skills that have places of their own; all others share one, and are counted without telling them apart."""

MOST_BYTES: Final = 8 * 1024 * 1024
"""For who was seen in which place: a bit each, so that a caller of everything takes 2.5 KB. Who else calls is for no grid."""

MOST_CALLS: Final = 200_000
"""Between two countings, 4 bytes each."""

MOST_SEEN: Final = 200_000
"""Callers and places where they were seen, 12 bytes each beside that."""

SHARED: Final = 0
"""The place of what has none of its own."""

_HOUR: Final = HOUR.total_seconds()
_CALLER: Final = 128
"""Bytes that a caller takes before anything is known of them."""

_AT_ONCE: Final = 4_096
"""Calls that are given between two rests."""

_LOOKED_AT: Final = 256
"""Sightings that are copied at once."""

_PIECE: Final = 256
_NUMBERS: Final = 1 << 20
_bases: Final = itertools.count(_NUMBERS, _NUMBERS)
"""No two places of a process have the same number, so that one from before is known to be none of these."""


class Places:
    """The places of skills of one snapshot in one hour, and who was seen in them. One thread changes them, others may read."""

    __slots__ = (
        "_bytes",
        "_callers",
        "_last",
        "_pieces",
        "_places",
        "_shared",
        "_until",
        "base",
        "origin",
        "seen",
        "start",
    )

    def __init__(self, origin: object, at: float) -> None:
        """`origin` tells the snapshot from all others; `at` is in the hour, in seconds since 1970."""
        self.base = next(_bases)
        """What a number is more than its place."""
        self.origin = origin
        self.seen: dict[str, bytearray] = {}
        """A bit for each place, by caller."""
        self._shared = self.base + SHARED
        self.start = at // _HOUR * _HOUR
        """Of the hour: what came before and is told of later counts as if it had come then."""
        self._until = self.start + _HOUR
        self._bytes = 0
        self._callers: list[str] = []
        self._places = array("I")
        # As tuples, into which the garbage collector looks only once, since there is nothing in them that it cares for.
        self._pieces: list[tuple[tuple[str, int], ...]] = []
        self._last: list[tuple[str, int]] = [("", 0)]

    def __len__(self) -> int:
        # In this order, as the last ones become a piece at any time: too many are harmless.
        last = len(self._last)
        return len(self._pieces) * _PIECE + last

    def are_of(self, origin: object, at: float) -> bool:
        """Whether they are for calls that are told of, came then, and are of skills of this snapshot."""
        return origin is self.origin and at < self._until

    def number(self, skill: str, version: int) -> int:
        """The number of a place for it: one of its own, or that of all others."""
        place = len(self)
        if place > MOST_PLACES:
            return self._shared
        self._last.append((skill, version))
        if len(self._last) == _PIECE:
            self._pieces.append(tuple(self._last))
            self._last = []
        return self.base + place

    def place(self, number: int) -> int | None:
        """The place that has this number; None if none of these has."""
        place = number - self.base
        return place if 0 <= place < len(self) else None

    def version(self, place: int) -> tuple[str, int]:
        """The skill and the number of its version."""
        # In this order, as the last ones become a piece at any time.
        last, pieces = self._last, self._pieces
        piece, at = divmod(place, _PIECE)
        return pieces[piece][at] if piece < len(pieces) else last[at]

    def see(self, caller: str, place: int) -> bool:
        """Know the caller there from now on; False where there is no room."""
        seen = self.seen.get(caller)
        more = (place >> 3) + 1 + (_CALLER if seen is None else -len(seen))
        if self._bytes + max(more, 0) > MOST_BYTES or len(self._callers) >= MOST_SEEN:
            return False
        if more > 0:
            self._bytes += more
            seen = self.seen.setdefault(caller, bytearray())
            seen.extend(bytes((place >> 3) + 1 - len(seen)))
        self.seen[caller][place >> 3] |= 1 << (place & 7)
        self._callers.append(caller)
        self._places.append(place)
        return True

    def saw(self, caller: str, place: int) -> bool:
        """Whether the caller is known there."""
        seen = self.seen.get(caller, b"")
        return place >> 3 < len(seen) and bool(seen[place >> 3] & 1 << (place & 7))

    def sightings(self, start: int = 0) -> Iterator[tuple[str, int]]:
        """Callers, each with a place, in the order in which they were seen there, without so many of the first."""
        # Of the places, which are made longer last. A few at once, as requests wait for whoever copies many.
        end = len(self._places)
        for at in range(start, end, _LOOKED_AT):
            some = slice(at, min(at + _LOOKED_AT, end))
            yield from zip(self._callers[some], self._places[some], strict=True)


class Grid:
    """Short calls that were counted in places for some seconds. They count as if all had come with the first.

    `at` is when that came, in seconds since 1970; 0 while there is none.
    """

    __slots__ = ("_calls", "_half_full", "at", "places")

    def __init__(self, places: Places, half_full: Callable[[], None]) -> None:
        """`half_full` is called once half of the room is taken."""
        self.places = places
        self.at = 0.0
        self._half_full = half_full
        self._calls = array("I")

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, origin: object, number: int, caller: str, seconds: float) -> bool:
        """Count a call of a skill that has this number.

        False if it has no place, if the caller was not seen there yet, if it was long, and where there is no room.
        """
        places = self.places
        place = number - places.base
        seen = places.seen.get(caller)
        if seen is None or origin is not places.origin or not 0 <= place >> 3 < len(seen):
            return False
        calls = self._calls
        if not seen[place >> 3] & 1 << (place & 7) or (len(calls) >= MOST_CALLS // 2 and not self._fits()):
            return False
        which = bin_of(seconds)
        if which >= SHORT:
            return False
        calls.append(place << SHORT_BITS | which)
        return True

    def calls(self, rest: Callable[[], None]) -> Iterator["array[int]"]:
        """Where a `latencies.Table` has the bins of these calls, some at once. `rest` is called before each of them."""
        for start in range(0, len(self._calls), _AT_ONCE):
            rest()
            yield self._calls[start : start + _AT_ONCE]

    def _fits(self) -> bool:
        if len(self._calls) == MOST_CALLS // 2:
            self._half_full()
        return len(self._calls) < MOST_CALLS
