"""How often a source may ask, or fail: a bucket per source that refills steadily (GCRA), in bounded memory."""

import time
from collections import OrderedDict
from collections.abc import Callable

from mcpskills.source_address import source_of

_WINDOW = 60.0
_SOURCES = 10_000


class SourceRates:
    """Grants `per_minute` requests at once to each source, and as many a minute from then on."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._each = _WINDOW / per_minute
        self._now = now
        # When the bucket of a source is full again; one that is forgotten was full, or has asked less lately than 10,000 others.
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def seconds_to_wait(self, address: str) -> float:
        """0 when the request is granted, and counted; else the time after which to ask again."""
        wait = self.seconds_until_free(address)
        if wait == 0:
            self.count(address)
        return wait

    def seconds_until_free(self, address: str) -> float:
        """0 when another request would be granted; nothing is counted."""
        now = self._now()
        full_at = max(self._full_at.get(source_of(address), now), now) + self._each
        return max(full_at - now - _WINDOW, 0)

    def count(self, address: str) -> None:
        """Count a request, also of a source that may make none; it never owes more than a full bucket."""
        source, now = source_of(address), self._now()
        self._full_at[source] = min(max(self._full_at.pop(source, now), now) + self._each, now + _WINDOW)
        if len(self._full_at) > _SOURCES:
            self._full_at.popitem(last=False)
