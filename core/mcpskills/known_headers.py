"""Headers of requests that a connection has seen: who sends the same again need not have it read again.

A parser calls back for each line of a header, and whoever looks at it afterwards goes through all of them once more: together
that takes longer than most answers. A client of MCP sends the same header with every request, but for the length of the body
and, from 2026-07-28 on, what the body names. Whatever is made of the header differs in these two values alone, as long as they
are plain.
"""

import re
from typing import Final, TypeAlias

from mcpskills.asgi import Repeat

MOST: Final = 8
"""Headers that a connection keeps: in the present era each method has one of its own."""

MOST_LEARNT: Final = 4 * MOST
"""Headers that a connection looks at to keep them, and that do not come again, before it gives up keeping any."""

LONGEST: Final = 4 * 1024
"""Bytes of a header that is kept."""

_VARIES: Final = re.compile(rb"\r\n(?i:(mcp-name)|content-length):[ \t]*([\x21-\x7e]+)(?=\r\n)")
_PLAIN: Final = bytes(range(0x21, 0x7F))
_END: Final = b"\r\n\r\n"


Said: TypeAlias = tuple[bytes | None, bytes]
"""What a request says besides its known header: what Mcp-Name says, None where it has none, and the body."""


class KnownHeader:
    """A header of HTTP/1.1 as a client spells it, with places for its name and its length."""

    __slots__ = ("_at", "_begin", "_between", "_end", "_names_first")

    def __init__(self, parts: tuple[bytes, ...], *, names_first: bool) -> None:
        """`parts` stand around one place, which is the length's, or two."""
        self._begin, self._at = parts[0], len(parts[0])
        self._between = parts[1] if len(parts) > 2 else None  # noqa: PLR2004 a begin, an end, and what is between two places
        self._end = parts[-1]
        self._names_first = names_first

    @classmethod
    def of(cls, request: bytes) -> "KnownHeader | None":
        """That of a request which came whole and was read as one. None for what may be read in more than one way."""
        header = request[: request.find(_END) + len(_END)]
        lines = header.count(b"\r\n")
        if len(header) > LONGEST or header.count(b"\n") != lines or header.count(b"\r") != lines:
            return None
        found = list(_VARIES.finditer(header))
        lengths = [each for each in found if each[1] is None]
        if len(lengths) != 1 or len(found) - len(lengths) > 1:
            return None
        cuts = [0, *(cut for each in found for cut in each.span(2)), len(header)]
        parts = tuple(header[begin:end] for begin, end in zip(cuts[::2], cuts[1::2], strict=True))
        return cls(parts, names_first=found[0][1] is not None)

    def read(self, request: bytes) -> Said | None:
        """What a request says that has this header and came whole; None of any other."""
        if not request.startswith(self._begin):
            return None
        stop = request.find(b"\r", self._at)
        name, length = None, request[self._at : stop]
        if self._between is not None:
            if not request.startswith(self._between, stop):
                return None
            begin = stop + len(self._between)
            stop = request.find(b"\r", begin)
            name, length = length, request[begin:stop]
            if not self._names_first:
                name, length = length, name
            if not name or name.translate(None, _PLAIN):
                return None
        if not request.startswith(self._end, stop):
            return None
        body = request[stop + len(self._end) :]
        return (name, body) if length == b"%d" % len(body) else None


class KnownHeaders:
    """Those of one connection, and what answers requests that have them; the last used come first."""

    __slots__ = ("_kept", "_learnt")

    def __init__(self) -> None:
        self._kept: tuple[tuple[KnownHeader, Repeat], ...] = ()
        self._learnt = 0

    def read(self, request: bytes) -> tuple[Repeat, Said] | None:
        """What answers a request, and what it says, if its header is known and it came whole."""
        for place, known in enumerate(self._kept):
            said = known[0].read(request)
            if said is not None:
                if place:
                    self._kept = (known, *(each for each in self._kept if each is not known))
                return known[1], said
        return None

    def answered(self) -> None:
        """A request was answered by what was kept: headers come again."""
        self._learnt = 0

    def learn(self, request: bytes, body: bytes, again: Repeat) -> None:
        """Keep the header of a request that was read to have this body, if that is plain."""
        self._learnt += 1
        if self._learnt > MOST_LEARNT:
            # They differ each time, as where each says what it is traced by.
            self._kept = ()
            return
        header = KnownHeader.of(request)
        said = None if header is None else header.read(request)
        if header is not None and said is not None and said[1] == body:
            others = [each for each in self._kept if each[0].read(request) is None]
            self._kept = ((header, again), *others[: MOST - 1])
