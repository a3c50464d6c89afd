"""What an address of the dashboard may say: its pages, and the parameters that each of them knows."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

PARAMETERS: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset(),
    "skills": frozenset({"skills_search", "status", "owner", "tag", "order"}),
    "skill": frozenset({"name", "part", "period", "call"}),
    "releases": frozenset({"part"}),
    "edit": frozenset({"name", "version"}),
    "new": frozenset(),
    "upload": frozenset(),
    "proposals": frozenset(),
    "proposal": frozenset({"id"}),
    "analytics": frozenset({"period", "name"}),
    "logs": frozenset({"skill", "status", "principal", "session", "text", "call"}),
    "audit": frozenset({"actor", "action", "skill", "entry"}),
    "settings": frozenset({"part"}),
}
"""By the page's path; a visit without one begins at `""`."""

EVERYWHERE: Final = frozenset({"lang"})
_LONGEST: Final = 2000


def own(address: str) -> str | None:
    """The path and query of one of our pages that an address names, written anew with what the page knows; None for any other.

    Whatever the address says of a machine is left out, so that nobody is led to another one.
    """
    if len(address) > _LONGEST:
        return None
    try:
        parts = urlsplit(address)
        said = parse_qsl(parts.query)
    except ValueError:
        return None
    page = parts.path.strip("/")
    if page not in PARAMETERS:
        return None
    known = [(name, value) for name, value in said if name in PARAMETERS[page] | EVERYWHERE]
    return f"/{page}?{urlencode(known)}" if known else f"/{page}"
