"""Text from elsewhere on pages that read Markdown: as it is, or as instructions without anything that loads or runs."""

import re
from collections.abc import Sequence
from typing import Final

from mcpskills_dashboard import code_in_markdown
from mcpskills_dashboard.code_in_markdown import CodeSpan, Place

_MARK: Final = re.compile(
    r"(?P<apart>:(?=//|material/|[\w+-]+(?::|$))|@|(?<=www)\.|(?<=<)-|-(?=[->])|(?<=[<>~])=)"
    r"|[\\`*_\[\]<>|~$&]|^[#+=!-]|:(?=[^\s\d])",
    re.IGNORECASE,
)
"""What means something in Markdown. What stands `apart` is looked for once all marks are read, where a backslash is gone.

These are bare addresses, which become links, the names of icons and emoji, and arrows and signs that are put together.
"""

_APART: Final = r":color[\{}]"
"""Streamlit's mark for a colour, of which none is said: a part of the text that looks as the rest, and ends what is before it."""

_NUMBERED: Final = re.compile(r"^(\d{1,9})([.)])")
_LIKE_IN_TABLES: Final = str.maketrans({"`": "\u02cb", "|": "\u2223"})
_LIKE_BRACKETS: Final = str.maketrans({"[": "\uff3b", "]": "\uff3d"})
_BRACKETS: Final = re.compile(r"\\[\[\]\\]|[\[\]]")
_DEEPEST: Final = 20
"""Brackets in one another. Streamlit's marks have room for 32, their own among them."""

_BREAKS: Final = re.compile(r"[\r\n]+")
_HIDING: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves a cursor, or turns the direction of what follows."""

_UNKNOWN: Final = "\ufffd"
_LINES: Final = re.compile(r"\r\n?|\n")
_IMAGE: Final = re.compile(r"!\[([^\]]*)\](?:\([^)\0]*\)|\[[^\]\0]*\])?")
_LINK: Final = re.compile(r"\[([^\]]*)\]\((?!https?://)[^)\s]*(?:\s[^)]*)?\)")
_TAG: Final = re.compile(r"<(/?[A-Za-z!?])")
_KEPT: Final = re.compile("\0(\\d+)\0")
"""What stands for a span of code while the text around it is made harmless."""

_DIRECTIVE: Final = re.compile(r":(?=[A-Za-z][\w-]*[\[:/])")


def plain(text: str) -> str:
    """One line of text that reads as it is, whatever marks stand in it."""
    return _NUMBERED.sub(r"\1\\\2", _MARK.sub(_as_it_is, _line(text).strip()))


def code(text: str) -> str:
    """A short name in the letters of code, in tables and in Streamlit's marks as well.

    A backtick, a bar, and brackets that have no other half become characters that look like them.
    """
    line = _line(text).translate(_LIKE_IN_TABLES)
    return f"`{line if _are_paired(line) else line.translate(_LIKE_BRACKETS)}`"


def instructions(text: str) -> str:
    """A skill's Markdown, to be looked at.

    Tags are shown and not obeyed; of pictures, and of links to its own files, only the words remain.
    Streamlit's own marks, such as colours, mean nothing here.
    """
    lines = _LINES.split(text.replace("\0", _UNKNOWN))
    shown, spans, done = list[str](), list[CodeSpan](), 0
    for code_found in code_in_markdown.found(lines):
        if isinstance(code_found, CodeSpan):
            spans.append(code_found)
            continue
        shown += [*_around(lines, done, code_found.start, spans), *lines[code_found.start : code_found.end]]
        spans, done = [], code_found.end
    return "\n".join([*shown, *_around(lines, done, len(lines), spans)])


def _as_it_is(mark: re.Match[str]) -> str:
    return _APART.format(mark[0]) if mark["apart"] else f"\\{mark[0]}"


def _are_paired(text: str) -> bool:
    """Whether brackets are, as Streamlit's marks count them to find their own end, which they look for in code as well."""
    depth = 0
    for bracket in _BRACKETS.findall(text):
        depth += {"[": 1, "]": -1}.get(bracket, 0)
        if not 0 <= depth <= _DEEPEST:
            return False
    return depth == 0


def _line(text: str) -> str:
    return _HIDING.sub(_UNKNOWN, _BREAKS.sub(" ", text))


def _around(lines: Sequence[str], start: int, end: int, spans: Sequence[CodeSpan]) -> list[str]:
    """These lines, harmless but for their spans of code."""
    if start == end:
        return []
    pieces, kept, (line, at) = list[str](), list[str](), (start, 0)
    for span in spans:
        pieces += [_text(lines, (line, at), span.start), f"\0{len(kept)}\0"]
        kept.append(_text(lines, span.start, span.end))
        line, at = span.end
    pieces.append(_text(lines, (line, at), (end - 1, len(lines[end - 1]))))
    harmless = _harmless("".join(pieces))
    return [_KEPT.sub(lambda found: kept[int(found[1])], harmless)]


def _text(lines: Sequence[str], start: Place, end: Place) -> str:
    if start[0] == end[0]:
        return lines[start[0]][start[1] : end[1]]
    return "\n".join((lines[start[0]][start[1] :], *lines[start[0] + 1 : end[0]], lines[end[0]][: end[1]]))


def _harmless(text: str) -> str:
    without = _IMAGE.sub(lambda found: f"*{found[1] or '…'}*", text)
    without = _LINK.sub(lambda found: f"**{found[1]}**", without)
    shown = _TAG.sub(r"&lt;\1", without)
    return _DIRECTIVE.sub(r"\\:", shown).replace("$", r"\$")
