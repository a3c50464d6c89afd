"""How long calls took, as a DDSketch: counts of bins whose bounds grow by a factor, so that the error is a part of the value.

Source: Masson, Rim, Lee: DDSketch, a fast and fully-mergeable quantile sketch with relative-error guarantees (VLDB 2019).
"""

import itertools
import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

import msgspec
from ddsketch.mapping import LogarithmicMapping

ACCURACY: Final = 0.02
"""A percentile is off by this part of its value at most."""

SHORTEST, LONGEST = 10e-6, 3600.0
"""In seconds; what is beyond counts as this, so that there are about 500 bins at most. What is kept tells bins by their place
after that of the shortest: with another one it would have to be read in another way."""

_MAPPING: Final = LogarithmicMapping(ACCURACY)


def _longest_in(key: int) -> float:
    """The longest time that the library has in this bin."""
    longest: float = _MAPPING.value(key) * (1 + _MAPPING.gamma) / 2
    while _MAPPING.key(longest) > key:
        longest = math.nextafter(longest, 0.0)
    while _MAPPING.key(above := math.nextafter(longest, math.inf)) == key:
        longest = above
    return longest


_FIRST, _LAST = _MAPPING.key(SHORTEST), _MAPPING.key(LONGEST)
_BOUNDS: Final = tuple(map(_longest_in, range(_FIRST, _LAST)))
"""Looked up in a quarter of the time that the library takes to reckon with logarithms."""

BINS: Final = len(_BOUNDS) + 1

_SMALL, _LARGE = "B", "I"
"""Types of the counts of bins: most stay below 256, and a million calls a second would not reach 2³² in an hour."""

SHORT_BITS: Final = 7
SHORT: Final = 1 << SHORT_BITS
"""Bins of calls that are short: of up to 1.66 ms, which is many times what the fast path takes."""

_KEYS: Final = tuple(range(_FIRST, _LAST + 1))
"""The library's numbers of the bins, which are made once."""

_SPARE: Final = 7
"""Bins that have a count before any call is in them: to make room for one at a time takes longer than to count it."""


class Latencies:
    """Counts by bin. Merging is exact: in whatever order and groups parts are merged, the result is the same.

    The library's own stores keep every bin between the first and the last; most sketches here have a few bins far apart.
    """

    __slots__ = ("counts",)

    def __init__(self, counts: dict[int, int] | None = None) -> None:
        """The counts are kept, and changed."""
        self.counts = {} if counts is None else counts

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def apart(self) -> tuple[dict[int, int], bytes]:
        """As `joined` takes it."""
        return self.counts, b""

    def merge(self, other: "Latencies") -> None:
        counts = self.counts
        for key, count in other.counts.items():
            counts[key] = counts.get(key, 0) + count

    def percentiles(self, *quantiles: float) -> Sequence[float | None]:
        """In seconds; None for all while there is no call."""
        if not self.counts:
            return [None] * len(quantiles)
        keys = sorted(self.counts)
        reached = list(itertools.accumulate(map(self.counts.__getitem__, keys)))
        # As the library has it: the bin of the value at this rank, counted from 0.
        places = (bisect_right(reached, quantile * (reached[-1] - 1)) for quantile in quantiles)
        return [_MAPPING.value(keys[place]) for place in places]


def joined(counts: dict[int, int], short: bytes) -> Latencies:
    """Of both: counts by the library's number of the bin, which are kept and changed, and of the bins from the first on."""
    together = Latencies(counts)
    if short:
        together.merge(Latencies(dict(zip(itertools.compress(_KEYS, short), filter(None, short), strict=False))))
    return together


def bin_of(seconds: float) -> int:
    """The bin of a call that took so long, counted from that of the shortest."""
    return bisect_left(_BOUNDS, seconds)


class Table:
    """Counts of short calls of many rows side by side, where each is found without anything that leads to it.

    `counts` has a byte for each of the `SHORT` bins of each place. Whoever adds to one that is full has to `take` it first.
    `called` has a byte for each place, 1 where calls came since somebody saw to it.
    """

    __slots__ = ("called", "counts")

    def __init__(self) -> None:
        self.counts = bytearray()
        self.called = bytearray()

    def reach(self, places: int) -> None:
        """Have room for so many places."""
        more = max(places - len(self.called), 0)
        self.called.extend(bytes(more))
        self.counts.extend(bytes(more * SHORT))

    def row(self, place: int) -> bytearray:
        """The counts of a place, as they are now."""
        return self.counts[place * SHORT : (place + 1) * SHORT]

    def take(self, place: int) -> bytearray:
        """The counts of a place, which are taken away."""
        row = self.row(place)
        self.counts[place * SHORT : (place + 1) * SHORT] = bytes(SHORT)
        return row


_NOTHING: Final = array(_SMALL)
"""What all have that counted nothing by themselves; who does makes an array of its own."""


class OpenLatencies(msgspec.Struct, gc=False):
    """Counts that only calls are added to: of each bin from the first to the last that has any, or some more.

    A dict takes many times the room. What stands at a place of a table may be counted as well.

    The garbage collector does not look at them.
    """

    _first: int = 0
    _counts: "array[int]" = _NOTHING
    _table: Table | None = None
    _place: int = 0

    def add(self, which: int, calls: int = 1) -> None:
        """Count calls that are in this bin."""
        place = which - self._first
        if not 0 <= place < len(self._counts):
            place = self._widen(which)
        try:
            self._counts[place] += calls
        except OverflowError:
            self._counts = array(_LARGE, self._counts)
            self._counts[place] += calls

    def add_row(self, row: bytearray) -> None:
        """Count calls in the bins from the first on."""
        if not self._counts:
            begun = row.lstrip(b"\0")
            self._first, self._counts = len(row) - len(begun), array(_SMALL, begun.rstrip(b"\0"))
            return
        for which in itertools.compress(range(len(row)), row):
            self.add(which, row[which])

    def share(self, table: Table, place: int) -> bool:
        """Count what is at this place of the table as well, then and later; False if it is another place already."""
        if self._table is not table:
            self.settle()
            self._table, self._place = table, place
        return self._place == place

    def settle(self) -> None:
        """Take over what a table has, and need it no more."""
        if self._table is not None:
            self.add_row(self._table.take(self._place))
            self._table = None

    @property
    def count(self) -> int:
        return sum(self._counts) + (0 if self._table is None else sum(self._table.row(self._place)))

    @property
    def counts(self) -> dict[int, int]:
        """By the library's number of the bin, made anew each time."""
        return joined(*self.apart).counts

    @property
    def apart(self) -> tuple[dict[int, int], bytes]:
        """As `joined` takes it: what a table has is not looked at, since there are thousands of rows to be written."""
        own, first = self._counts, self._first
        counts = dict(itertools.compress(zip(_KEYS[first : first + len(own)], own, strict=False), own)) if own else {}
        return counts, b"" if self._table is None else bytes(self._table.row(self._place).rstrip(b"\0"))

    def _widen(self, which: int) -> int:
        """Have a count for this bin, and for some beside it that are likely to be next; gives its place."""
        if not self._counts:
            self._first = which
        before, after = self._first - which, which - self._first - len(self._counts) + 1
        if before > 0:
            before = min(before + _SPARE, self._first)
            self._counts = self._zeros(before) + self._counts
            self._first -= before
        elif after > 0:
            self._counts = self._counts + self._zeros(after + _SPARE)
        return which - self._first

    def _zeros(self, number: int) -> "array[int]":
        return array(self._counts.typecode, bytes(number * self._counts.itemsize))
