"""What counts as one source of requests. Whose address a request has behind a proxy is decided in `process.serve` alone."""

import ipaddress
from functools import lru_cache

_IPV6_PREFIX = 64
_REMEMBERED = 4096


def source_of(address: str) -> str:
    """One host of IPv6 has a whole network of addresses to choose from, all hosts of IPv4 are in one of them."""
    return _network(address) if ":" in address else address


@lru_cache(_REMEMBERED)
def _network(address: str) -> str:
    try:
        parsed = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), _IPV6_PREFIX), strict=False))
