"""Parts of long texts, each small enough for a model's context; put together they are the text again.

Clients refuse tool results above 25,000 tokens. A token is at least one byte of text, so bytes bound tokens in every
language, and JSON's escapes are counted because some clients show models the JSON.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import msgspec

from mcpskills.errors import InvalidInputError

RESULT_BYTES: Final = 24_000
"""All that a result may hold, in its content and once more in its structure."""

TEXT_BYTES: Final = 16_000
"""Of that, the part for the text; the rest is for what is said about it."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text. Offsets and `total` count characters (Unicode code points); no `next_offset` means the end."""

    text: str
    offset: int
    next_offset: int | None
    total: int


def excerpt(text: str, offset: int) -> Excerpt:
    """The part from an offset on, to the end of a line where one is near. Raises `InvalidInputError` past the end."""
    if offset > len(text):
        raise InvalidInputError(f"The offset {offset} is past the end; the text has {len(text)} characters.")
    window = text[offset : offset + TEXT_BYTES]
    length = len(window)
    if cost(window) > TEXT_BYTES:
        length = bisect_right(range(1, len(window) + 1), TEXT_BYTES, key=lambda size: cost(window[:size]))
    if offset + length < len(text):
        line_end = window.rfind("\n", length // 2, length) + 1
        length = line_end or length
        return Excerpt(window[:length], offset, offset + length, len(text))
    return Excerpt(window, offset, None, len(text))


def cost(text: str) -> int:
    """Bytes of the text inside JSON."""
    return len(msgspec.json.encode(text)) - len('""')
