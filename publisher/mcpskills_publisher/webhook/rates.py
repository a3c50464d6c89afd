"""How often a source may ask: a bucket per source that refills steadily (GCRA), in bounded memory."""

import ipaddress
import time
from collections.abc import Callable

from cachetools import LRUCache

_WINDOW = 60.0
_SOURCES = 10_000
_IPV6_PREFIX = 64


class Rates:
    """Grants `per_minute` requests at once to each source, and as many a minute from then on."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._each = _WINDOW / per_minute
        self._now = now
        # When the bucket of a source is full again; one that is forgotten was full, or has asked less lately than 10,000 others.
        self._full_at: LRUCache[str, float] = LRUCache(_SOURCES)

    def seconds_to_wait(self, address: str) -> float:
        """0 when the request is granted, and counted; else the time after which to ask again."""
        source, now = _source(address), self._now()
        full_at = max(self._full_at.get(source, now), now) + self._each
        if full_at - now > _WINDOW:
            return full_at - now - _WINDOW
        self._full_at[source] = full_at
        return 0


def _source(address: str) -> str:
    """One host of IPv6 has a whole network of addresses to choose from, all hosts of IPv4 are in one of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
    return address
