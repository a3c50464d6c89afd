"""Pages of listings. A cursor says after which name to go on, so a swap between two pages loses and doubles nothing.

It also says which listing it belongs to, and is refused by the others. Hits of a search have no order of names, and a swap can
change theirs: their cursor holds for one generation.
"""

import base64
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from mcpskills.errors import InvalidInputError

MAX_CURSOR = 4 * 1024

Listing = Literal["search", "skills", "resources", "prompts", "folder"]

_FROM = "from:"
_PLACE = re.compile(r"([0-9]{1,9}):([0-9]{1,19}):([0-9a-f]{8})", re.ASCII)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search was asked, over the skills of which generation."""

    generation: int
    asked: str

    @property
    def fingerprint(self) -> str:
        return f"{zlib.crc32(self.asked.encode(errors='replace')):08x}"


def cut(items: Sequence[T], limit: int, name: Callable[[T], str], listing: Listing) -> Page[T]:
    """The first `limit` items; whoever wants to know whether there are more passes one more than that."""
    kept = items[:limit]
    return Page(kept, after(name(kept[-1]), listing) if len(items) > len(kept) else None)


def after(name: str, listing: Listing) -> str:
    """The cursor of the page of a listing that starts after a name."""
    return _encoded(f"{listing}:{name}")


def from_offset(offset: int, hits: Hits) -> str:
    """The cursor of the page of hits that starts at an offset."""
    return _encoded(f"{_FROM}{offset}:{hits.generation}:{hits.fingerprint}")


def name_of(cursor: str | None, listing: Listing) -> str | None:
    """The name after which a page starts; None for the first. Raises `InvalidInputError`."""
    return None if cursor is None else _decoded(cursor, f"{listing}:")


def offset_of(cursor: str | None, hits: Hits, limit: int) -> int:
    """The offset at which a page of hits starts, below `limit`. Raises `InvalidInputError`."""
    if cursor is None:
        return 0
    place = _PLACE.fullmatch(_decoded(cursor, _FROM))
    if place is None or int(place[1]) >= limit:
        raise _unknown()
    if place[3] != hits.fingerprint:
        raise InvalidInputError(
            "This cursor is of another search; repeat its query and tags, or start again without a cursor."
        )
    if int(place[2]) != hits.generation:
        raise InvalidInputError(
            "The skills changed since this cursor was given, and with them what is found; start again without a cursor."
        )
    return int(place[1])


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, kind: str) -> str:
    if len(cursor) > MAX_CURSOR:
        raise _unknown()
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise _unknown() from error
    if not text.startswith(kind):
        raise _unknown()
    return text.removeprefix(kind)


def _unknown() -> InvalidInputError:
    return InvalidInputError("This cursor is not one that was given for this listing; start again without a cursor.")
