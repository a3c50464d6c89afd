"""How long calls took, as a DDSketch: counts of bins whose bounds grow by a factor, so that the error is a part of the value.

Source: Masson, Rim, Lee: DDSketch, a fast and fully-mergeable quantile sketch with relative-error guarantees (VLDB 2019).
"""

import itertools
import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

import msgspec
from ddsketch.mapping import LogarithmicMapping

ACCURACY: Final = 0.02
"""A percentile is off by this part of its value at most."""

SHORTEST, LONGEST = 10e-6, 3600.0
"""In seconds; what is beyond counts as this, so that there are about 500 bins at most."""

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


def binned(durations: Iterable[float]) -> Sequence[int]:
    """The bins of calls that took so many seconds."""
    return [_FIRST + bisect_left(_BOUNDS, seconds) for seconds in durations]


class OpenLatencies(msgspec.Struct, gc=False):
    """Counts that only calls are added to: bins in order, and how many each has. A dict of as many takes five times the room.

    A process that counted a million calls a second would reach the most that fits in an hour.
    """

    _bins: "array[int]" = msgspec.field(default_factory=partial(array, "h"))
    _counts: "array[int]" = msgspec.field(default_factory=partial(array, "I"))

    def observe(self, keys: Iterable[int]) -> None:
        """Count calls that are in these bins."""
        bins, counts = self._bins, self._counts
        for key in keys:
            place = bisect_left(bins, key)
            if place < len(bins) and bins[place] == key:
                counts[place] += 1
            else:
                bins.insert(place, key)
                counts.insert(place, 1)

    @property
    def counts(self) -> dict[int, int]:
        """By bin, made anew each time."""
        return dict(zip(self._bins, self._counts, strict=True))
