"""SK027: no text is smuggled in characters that nobody sees and a model reads."""

import re
from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem, at_offset
from mcpskills.validation.rules.encoding.characters import foreign

_TAG, _FIRST_SELECTOR, _MORE_SELECTORS = 0xE0000, 0xFE00, 0xE0100
_FIRST_COUNT = 16
_TAGS = "\U000e0000-\U000e007f"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Among the characters that are not ASCII: a selector behind each emoji is common, and harmless.
_HIDDEN = re.compile(rf"[{_TAGS}]|[{_SELECTORS}]{{4}}")
# The flags of England, Scotland and Wales are all that Unicode recommends: a black flag, these tags and a closing tag.
_FLAGS = "|".join("".join(chr(_TAG + ord(char)) for char in region) for region in ("gbeng", "gbsct", "gbwls"))
# Two selectors may follow one another where an emoji was copied together; nothing shows four.
_SMUGGLED = re.compile(
    rf"\U0001f3f4(?:{_FLAGS})\U000e007f|(?P<hidden>[{_TAGS}][{_TAGS}{_SELECTORS}]*+|[{_SELECTORS}]{{4,}}+)"
)
_FIX = "Remove the characters, for example by typing the line again, and find out how they came in."


def check(file: File) -> Iterator[Problem]:
    text = file.text or ""
    if not _HIDDEN.search(foreign(text)):
        return
    for match in _SMUGGLED.finditer(text):
        hidden = match["hidden"]
        if hidden:
            reading = quoted("".join(map(_reading, hidden[:200])), 200)
            message = f"invisible characters ({len(hidden)} of them) carry the hidden text {reading}"
            yield at_offset(file, *match.span("hidden"), message, _FIX)


def _reading(char: str) -> str:
    """What one character stands for: a tag for an ASCII character, a variation selector for a byte."""
    code = ord(char)
    if code >= _MORE_SELECTORS:
        return chr(code - _MORE_SELECTORS + _FIRST_COUNT)
    return chr(code - _TAG) if code >= _TAG else chr(code - _FIRST_SELECTOR)


RULE = FileRule("SK027", "smuggled-text", Severity.ERROR, check)
