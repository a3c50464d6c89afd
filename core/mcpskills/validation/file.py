"""One file of a skill as the rules about content see it: its bytes, and its text whatever encoding it hides in."""

import codecs
import re
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
# What programs and people read as text, whatever bytes somebody mixed into it; a name without a suffix is told by its bytes.
_TEXT = re.compile(
    r"\.(bash|bat|cfg|cjs|cmd|conf|csv|env|fish|html?|ini|js|json|lua|md|mjs|php|pl|ps1|py|pyw|rb|rst|sh|sql|svg|toml|ts|txt|xml|ya?ml|zsh)\Z",
    re.IGNORECASE,
)
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b\b")
# Random bytes, and so compressed ones, have 9.8 % of them.
_BINARY_SHARE = 0.05
# ASCII has a NUL in every second byte of UTF-16, and in three of four of UTF-32.
_UTF16_SHARE, _UTF32_SHARE = 0.4, 0.7


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

        Stray bytes do not make a file binary: shells run such files, so they must not hide from a rule.
        """
        readable = self._is_utf8()
        if readable and b"\0" not in self.content:
            return "utf-8"
        wide = next((encoding for mark, encoding in _MARKS[1:] if self.content.startswith(mark)), None)
        if wide or (wide := self._wide()):
            return wide
        if self._binary() and not _TEXT.search(self.path) and not self.content.startswith(b"#!"):
            return None
        return "utf-8" if readable else "latin-1"

    @cached_property
    def is_garbled(self) -> bool:
        """Whether a good part of it are bytes that no text has; the rest may be text all the same."""
        return self.encoding is None or (self.encoding in {"utf-8", "latin-1"} and self._binary())

    @cached_property
    def text(self) -> str | None:
        """The content as text without a byte order mark; None for content that is no text.

        What a shell would read otherwise, because it passes over NULs and knows no marks, follows behind a line feed.
        """
        if self.encoding is None:
            return None
        mark = next((mark for mark, encoding in _MARKS if encoding == self.encoding), b"")
        text = self.content.removeprefix(mark).decode(self.encoding, "replace")
        if self.encoding == "utf-8" and "\0" not in text:
            return text
        plain = self.content.removeprefix(mark).replace(b"\0", b"").decode("latin-1")
        return text if plain == text else f"{text}\n{plain}"

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

    def _is_utf8(self) -> bool:
        try:
            self.content.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    def _binary(self) -> bool:
        controls = len(self.content) - len(self.content.translate(None, _CONTROLS))
        return controls > _BINARY_SHARE * len(self.content)

    def _wide(self) -> str | None:
        """UTF-16 or UTF-32 without a mark."""
        half = len(self.content) // 2
        if not half:
            return None
        quarters = [self.content[first::4].count(0) / (half / 2) for first in range(4)]
        for encoding, letters in (("utf-32-le", 0), ("utf-32-be", 3)):
            if quarters[letters] < _BINARY_SHARE and sum(quarters) > _UTF32_SHARE * 4:
                return encoding
        even, odd = (self.content[first::2].count(0) / half for first in (0, 1))
        if max(even, odd) < _UTF16_SHARE or min(even, odd) > _BINARY_SHARE:
            return None
        return "utf-16-be" if even > odd else "utf-16-le"
