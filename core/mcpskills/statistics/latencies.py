"""How long calls took, as a DDSketch over a sparse store.

Source: Masson, Rim, Lee: DDSketch, a fast and fully-mergeable quantile sketch with relative-error guarantees (VLDB 2019).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ddsketch.ddsketch import BaseDDSketch
from ddsketch.mapping import LogarithmicMapping
from ddsketch.store import DenseStore, Store

ACCURACY: Final = 0.02
"""A percentile is off by this part of its value at most."""

SHORTEST, LONGEST = 10e-6, 3600.0
"""In seconds; what is beyond counts as this, so that there are about 500 bins at most."""

_MAPPING: Final = LogarithmicMapping(ACCURACY)


class Latencies(Store):
    """Counts by bin. Merging is exact: in whatever order and groups parts are merged, the result is the same.

    The library's own stores keep every bin between the first and the last; most sketches here have a few bins far apart.
    """

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts: dict[int, int] = dict(counts or {})
        self.count = sum(self.counts.values())

    def observe(self, seconds: float) -> None:
        self.add(_MAPPING.key(min(max(seconds, SHORTEST), LONGEST)))

    def percentiles(self, *quantiles: float) -> Sequence[float | None]:
        """In seconds; None for all while there is no call."""
        if not self.counts:
            return [None] * len(quantiles)
        sketch = BaseDDSketch(_MAPPING, self, DenseStore(), 0)
        return [sketch.get_quantile_value(quantile) for quantile in quantiles]

    def copy(self, store: "Latencies") -> None:
        self.counts, self.count = dict(store.counts), store.count

    def length(self) -> int:
        return len(self.counts)

    def add(self, key: int, weight: float = 1) -> None:
        self.counts[key] = self.counts.get(key, 0) + int(weight)
        self.count += int(weight)

    def key_at_rank(self, rank: float, lower: bool = True) -> int:  # noqa: ARG002 values are never negative
        reached = 0
        for key, count in sorted(self.counts.items()):
            reached += count
            if reached > rank:
                return key
        return max(self.counts)

    def merge(self, store: "Latencies") -> None:
        counts = self.counts
        for key, count in store.counts.items():
            counts[key] = counts.get(key, 0) + count
        self.count += store.count
