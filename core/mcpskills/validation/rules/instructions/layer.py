"""One change of a whole text that remembers where everything came from."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

MOST_PIECES = 100_000
"""With more replaced pieces, places are only near: nobody reads such a file, and remembering them all takes seconds."""


@dataclass(frozen=True)
class Layer:
    """`text` is `source` with every match of `pattern` replaced. Places are worked out when one is first asked for."""

    source: str
    text: str
    pattern: re.Pattern[str]
    replace: Callable[[str], str]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of `source` from which a span of `text` came, replaced pieces as a whole."""
        first = self._first(start)
        return first, max(first, self._last(end - 1) + 1)

    def _first(self, at: int) -> int:
        piece = self._piece(at)
        return at + self._shift(at) if piece is None else self._pieces.starts[piece]

    def _last(self, at: int) -> int:
        piece = self._piece(at)
        return at + self._shift(at) if piece is None else self._pieces.ends[piece] - 1

    def _piece(self, at: int) -> int | None:
        """The replaced piece in which a position of `text` lies."""
        piece = bisect_right(self._pieces.new_starts, at) - 1
        return piece if piece >= 0 and at < self._pieces.new_ends[piece] else None

    def _shift(self, at: int) -> int:
        piece = bisect_right(self._pieces.new_starts, at) - 1
        return self._pieces.ends[piece] - self._pieces.new_ends[piece] if piece >= 0 else 0

    @cached_property
    def _pieces(self) -> "_Pieces":
        pieces = _Pieces(array("q"), array("q"), array("q"), array("q"))
        shift = 0
        for match in islice(self.pattern.finditer(self.source), MOST_PIECES):
            pieces.starts.append(match.start())
            pieces.ends.append(match.end())
            pieces.new_starts.append(match.start() + shift)
            shift += len(self.replace(match[0])) - len(match[0])
            pieces.new_ends.append(match.end() + shift)
        return pieces


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Where replaced pieces start and end in the source, and what replaced them in the text."""

    starts: "array[int]"
    ends: "array[int]"
    new_starts: "array[int]"
    new_ends: "array[int]"
