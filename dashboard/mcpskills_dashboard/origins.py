"""Whether a browser asks from a page of this dashboard, or from somebody else's."""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

_SCHEMES: Final = frozenset({"http", "https"})


def is_own(said: str, asked: HTTPConnection, public_url: str | None) -> bool:
    """Whether an origin, or the address of a page, is the dashboard's: the host and the port that were asked, or the public ones.

    Another port of this machine is somebody else, who would be sent the same cookies. So is who has the public name by another
    scheme: plain http can be written anew by whoever is on the way.
    """
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    public, there = urlsplit(public_url or ""), parts.netloc.lower()
    if there == public.netloc.lower():
        return bool(there) and parts.scheme == public.scheme
    return bool(there) and parts.scheme in _SCHEMES and there == asked.headers.get("host", "").lower()
