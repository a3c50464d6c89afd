"""Text from elsewhere on pages that read Markdown: as it is, or as instructions without anything that loads or runs."""

import re
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~$@&]|^[#+!-]|(?<=^\d)[.)]|:(?=[A-Za-z+_-]))")
_BREAKS: Final = re.compile(r"[\r\n]+")
_HIDING: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves a cursor, or turns the direction of what follows."""

_UNKNOWN: Final = "\ufffd"
_IMAGE: Final = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK: Final = re.compile(r"\[([^\]]*)\]\((?!https?://)[^)\s]*(?:\s[^)]*)?\)")
_TAG: Final = re.compile(r"<(/?[A-Za-z!?])")
_FENCE: Final = re.compile(
    r"(^ {0,3}(?:```|~~~).*?(?:^ {0,3}(?:```|~~~)[ \t]*$|\Z)|`[^`\n]+`)", re.MULTILINE | re.DOTALL
)
_DIRECTIVE: Final = re.compile(r":(?=[A-Za-z][\w-]*[\[:/])")


def plain(text: str) -> str:
    """One line of text that reads as it is, whatever marks stand in it."""
    return _SPECIAL.sub(r"\\\1", _line(text))


def code(text: str) -> str:
    """A short name in the letters of code, in tables as well: a backtick and a bar become characters that look like them."""
    return f"`{_line(text).replace('`', chr(0x2CB)).replace('|', chr(0x2223))}`"


def instructions(text: str) -> str:
    """A skill's Markdown, to be looked at.

    Tags are shown and not obeyed; of pictures, and of links to its own files, only the words remain.
    Streamlit's own marks, such as colours, mean nothing here.
    """
    parts = _FENCE.split(text)
    return "".join(part if place % 2 else _harmless(part) for place, part in enumerate(parts))


def _line(text: str) -> str:
    return _HIDING.sub(_UNKNOWN, _BREAKS.sub(" ", text))


def _harmless(text: str) -> str:
    without = _IMAGE.sub(lambda found: f"*{found[1] or '…'}*", text)
    without = _LINK.sub(lambda found: f"**{found[1]}**", without)
    shown = _TAG.sub(r"&lt;\1", without)
    return _DIRECTIVE.sub(r"\\:", shown).replace("$", r"\$")
