"""Finding the relative links of a Markdown file. Bounded regular expressions: a parser would take a second for each megabyte."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from urllib.parse import unquote

SUFFIXES = (".md", ".mdx", ".markdown")

MAX_BYTES = 1024 * 1024
"""Of a file in which links are looked for."""

# `](target "title")`, `](<target>)`, and `[label]: target` at the start of a line. One pair of parentheses may be in a target.
_INLINE = re.compile(
    r"\]\([ \t]{0,4}(?:<([^<>\n]{1,500})>|([^\s()<>]{1,500}(?:\([^\s()<>]{0,100}\)[^\s()<>]{0,200})?))(?=[\s)])"
)
_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)[^\[\]\n]{1,200}\]:[ \t]{1,4}<?([^\s<>]{1,500})", re.MULTILINE)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}:|[/~#?\\]")
# A path has a folder or an ending; `[title](link)` and `[text](path/to/file)` are examples of how to write a link.
_PATH = re.compile(r"/|[^.]\.\w{1,12}$")
_EXAMPLE = re.compile(r"[{}$*…<>|\[\]]|\.\.\.|path/to/|(?:^|/)(?:link|url|file|filename)(?:\.\w+)?$", re.IGNORECASE)
_FENCE = re.compile(r"[ \t>]{0,20}(`{3,}|~{3,})")
_TICKS = re.compile(r"`+")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Link:
    """`target` is the path that is meant, relative to the file, decoded; it stands from `start` to `end` of the text."""

    target: str
    start: int
    end: int


def links(text: str) -> Iterator[Link]:
    """The links to files by a relative path, in code as well, in no particular order. Anchors and queries are left out."""
    for pattern, hint in ((_INLINE, "]("), (_DEFINITION, "]:")):
        for match in pattern.finditer(text) if hint in text else ():
            group = match.lastindex or 1
            target = _path(match[group])
            if target is not None:
                yield Link(target, match.start(group), match.end(group))


class Code:
    """Where code stands in a Markdown file: in fenced blocks, and between backticks within a line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._inline: dict[int, list[tuple[int, int]]] = {}

    def covers(self, offset: int) -> bool:
        """Whether the character at a position is code."""
        start = self._text.rfind("\n", 0, offset) + 1
        if start not in self._inline:
            end = self._text.find("\n", start)
            self._inline[start] = list(_inline_code(self._text[start : end if end >= 0 else None]))
        return _within(self._fenced, offset) or _within(self._inline[start], offset - start)

    @cached_property
    def _fenced(self) -> list[tuple[int, int]]:
        return list(_fenced(self._text))


def _path(written: str) -> str | None:
    if _ABSOLUTE.match(written) or _EXAMPLE.search(written):
        return None
    path = unquote(_ESCAPE.sub(r"\1", re.split("[#?]", written, maxsplit=1)[0]))
    return path if path and "\0" not in path and _PATH.search(path) else None


def _within(spans: list[tuple[int, int]], offset: int) -> bool:
    at = bisect_right(spans, offset, key=itemgetter(0)) - 1
    return at >= 0 and offset < spans[at][1]


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    fence, opened, start = "", 0, 0
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1][0] == fence[0] and len(mark[1]) >= len(fence):
                yield opened, start + len(line)
                fence = ""
        elif mark and not (mark[1][0] == "`" and "`" in line[mark.end() :]):
            fence, opened = mark[1], start
        start += len(line) + 1
    if fence:
        yield opened, start


def _inline_code(line: str) -> Iterator[tuple[int, int]]:
    runs = list(_TICKS.finditer(line))
    left = Counter(len(run[0]) for run in runs)
    opened: re.Match[str] | None = None
    for run in runs:
        length = len(run[0])
        left[length] -= 1
        if opened is None:
            # A run of backticks that no equal one closes is text.
            opened = run if left[length] else None
        elif len(opened[0]) == length:
            yield opened.start(), run.end()
            opened = None
