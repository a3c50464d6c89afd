"""One file of a skill as the rules about content see it: its bytes, and its text whatever encoding it hides in."""

import codecs
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

MOST_TEXT = 500
"""Characters of offending text that are kept."""

# Longest first: the mark of UTF-32 in little-endian order starts with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b\b")
# Random bytes, and so compressed ones, have 9.8 % of them.
_BINARY_SHARE = 0.05
# ASCII in UTF-16 has a NUL in every second byte.
_UTF16_SHARE = 0.4


@dataclass(frozen=True)
class File:
    """`path` is relative to the skill's folder. Everything else is worked out once, when it is first asked for."""

    path: str
    content: bytes
    executable: bool

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @cached_property
    def encoding(self) -> str | None:
        """The codec that makes text of the content; None for content that is no text.

        A stray byte or NUL does not make a file binary: shells run such files, so they must not hide from a rule.
        """
        for mark, encoding in _MARKS:
            if self.content.startswith(mark):
                return encoding
        if utf16 := self._utf16():
            return utf16
        try:
            self.content.decode("utf-8")
        except UnicodeDecodeError:
            return None if self._binary() else "latin-1"
        return None if self._binary() else "utf-8"

    @cached_property
    def text(self) -> str | None:
        """The content as text without a byte order mark; None for content that is no text."""
        if self.encoding is None:
            return None
        mark = next((mark for mark, encoding in _MARKS if encoding == self.encoding), b"")
        return self.content.removeprefix(mark).decode(self.encoding, "replace")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The text's lines without their ends; a carriage return at an end is left out as well."""
        return tuple(line.removesuffix("\r") for line in (self.text or "").split("\n"))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of a position in the text."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def of(self, start: int, end: int) -> str:
        """The text from one position to another, as far as it is kept in a finding."""
        return (self.text or "")[start : min(end, start + MOST_TEXT)]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in (self.text or "").split("\n"))]

    def _binary(self) -> bool:
        controls = len(self.content) - len(self.content.translate(None, _CONTROLS))
        return controls > _BINARY_SHARE * len(self.content)

    def _utf16(self) -> str | None:
        half = len(self.content) // 2
        if not half:
            return None
        even, odd = (self.content[first::2].count(0) / half for first in (0, 1))
        if max(even, odd) < _UTF16_SHARE or min(even, odd) > _BINARY_SHARE:
            return None
        return "utf-16-be" if even > odd else "utf-16-le"
