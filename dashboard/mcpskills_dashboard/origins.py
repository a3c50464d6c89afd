"""Whether a browser asks from a page of this dashboard, or from somebody else's."""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

_SCHEMES: Final = frozenset({"http", "https"})


def is_own(said: str, asked: HTTPConnection, public_url: str | None) -> bool:
    """Whether an origin, or the address of a page, is the dashboard's: the host and the port that were asked, or the public ones.

    Another port of this machine is somebody else, who would be sent the same cookies.
    """
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    own = {asked.headers.get("host", "").lower(), urlsplit(public_url or "").netloc.lower()} - {""}
    return parts.scheme in _SCHEMES and parts.netloc.lower() in own
