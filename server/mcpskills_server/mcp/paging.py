"""Pages of listings. A cursor says after which name to go on, so a swap between two pages loses and doubles nothing.

It also says which listing it belongs to, and is refused by the others.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from mcpskills.errors import InvalidInputError

MAX_CURSOR = 4 * 1024

Listing = Literal["search", "skills", "resources", "prompts", "folder"]

_FROM = "from:"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next_cursor: str | None


def cut(items: Sequence[T], limit: int, name: Callable[[T], str], listing: Listing) -> Page[T]:
    """The first `limit` items; whoever wants to know whether there are more passes one more than that."""
    kept = items[:limit]
    return Page(kept, after(name(kept[-1]), listing) if len(items) > len(kept) else None)


def after(name: str, listing: Listing = "search") -> str:
    """The cursor of the page of a listing that starts after a name."""
    return _encoded(f"{listing}:{name}")


def from_offset(offset: int) -> str:
    """The cursor of the page of search hits that starts at an offset; hits have no order of names."""
    return _encoded(_FROM + str(offset))


def name_of(cursor: str | None, listing: Listing = "search") -> str | None:
    """The name after which a page starts; None for the first. Raises `InvalidInputError`."""
    return None if cursor is None else _decoded(cursor, f"{listing}:")


def offset_of(cursor: str | None, limit: int) -> int:
    """The offset at which a page of hits starts, below `limit`. Raises `InvalidInputError`."""
    digits = "0" if cursor is None else _decoded(cursor, _FROM)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(limit)) and int(digits) < limit):
        raise _unknown()
    return int(digits)


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
