"""Where code stands in Markdown, as CommonMark and its tables have it: blocks as ranges of lines, spans as pieces of lines."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.backticks import backtick
from markdown_it.token import Token

_BLOCKS: Final = frozenset({"fence", "code_block"})
_CELLS: Final = frozenset({"td_open", "th_open"})
_SPAN: Final = "span"

Place = tuple[int, int]
"""A line and a character of it, both from 0."""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Whole lines, `end` not among them. Those of a list or a quote begin with its marks."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """From the first backtick up to behind the last one."""

    start: Place
    end: Place


def found(lines: Sequence[str]) -> Iterator[CodeBlock | CodeSpan]:
    """All code, in its order. Tags are no tags here: whoever asks shows them as text, and code may stand in between.

    A span whose line is written otherwise than it is read, such as a cell with an escaped bar, is left out.
    """
    cell_ends: dict[int, int] = {}
    before = None
    for token in _PARSER.parse("\n".join(lines)):
        if token.type in _BLOCKS and token.map:
            yield CodeBlock(*token.map)
        elif token.type == "inline" and token.map:
            yield from _spans(token, lines, cell_ends if before and before.type in _CELLS else None)
        before = token


def _spans(token: Token, lines: Sequence[str], cell_ends: dict[int, int] | None) -> Iterator[CodeSpan]:
    """`cell_ends` tells up to where cells of a line were read, for a token that is a cell."""
    first, said = (token.map or [0])[0], token.content.split("\n")
    offsets = list[int]()
    for number, text in enumerate(said, first):
        line = lines[number] if number < len(lines) else ""
        # Marks stand before a text, and may look like it.
        offsets.append(line.rfind(text) if cell_ends is None else line.find(text, cell_ends.get(number, 0)))
    if -1 in offsets:
        return
    if cell_ends is not None:
        cell_ends[first] = offsets[0] + len(said[0])
    begins = list(accumulate((len(text) + 1 for text in said), initial=0))

    def place(at: int) -> Place:
        line = bisect_right(begins, at) - 1
        return first + line, offsets[line] + at - begins[line]

    for child in token.children or ():
        if _SPAN in child.meta:
            start, end = child.meta[_SPAN]
            yield CodeSpan(place(start), place(end))


def _noted(state: StateInline, silent: bool) -> bool:
    """The parser's own rule, which does not tell where it found a span."""
    start, tokens = state.pos, len(state.tokens)
    taken = backtick(state, silent)
    if len(state.tokens) > tokens and state.tokens[-1].type == "code_inline":
        state.tokens[-1].meta[_SPAN] = (start, state.pos)
    return taken


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").disable(["html_block", "html_inline", "autolink"])
    # Code goes before all of these, and looking for them takes long in hostile text.
    parser.disable(["link", "image", "emphasis", "entity"])
    parser.inline.ruler.at("backticks", _noted)
    return parser


_PARSER: Final = _parser()
