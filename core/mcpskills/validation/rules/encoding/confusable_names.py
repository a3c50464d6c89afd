"""SK029: the names of files and of fields do not pretend to be ASCII."""

import re
from collections.abc import Iterator
from itertools import chain

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.rules.encoding.homoglyphs import HOMOGLYPHS, as_ascii
from mcpskills.validation.skill_schema import fields
from mcpskills.validation.subject import Subject

# Science writes these beside Latin letters, as in the name of the protein TNF-alpha; nobody takes them for Latin.
_SYMBOLS = frozenset("\N{GREEK SMALL LETTER ALPHA}\N{GREEK SMALL LETTER GAMMA}\N{GREEK SMALL LETTER SIGMA}")
_PRETENDERS = frozenset(HOMOGLYPHS) - _SYMBOLS
_FIELDS = frozenset(fields())
_WORD = re.compile(r"[^\W\d_]+")
_FIX = "Write it in one script; letters that look like these exist in ASCII."


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    yield from _paths(subject)
    yield from _fields(subject)


def _paths(subject: Subject) -> Iterator[Problem]:
    foreign = [path for path in subject.folder.entries if not path.isascii()]
    if not foreign:
        return
    parts = set(chain.from_iterable(path.split("/") for path in subject.folder.entries))
    for path in foreign:
        for part in path.split("/"):
            ascii_name = as_ascii(part)
            if not part.isascii() and (_mixes(part) or ascii_name in parts - {part}):
                yield Problem(_message("name", part, ascii_name), _FIX, path=path, text=part)
                break


def _fields(subject: Subject) -> Iterator[Problem]:
    for key, field in subject.frontmatter.fields.items() if subject.frontmatter else ():
        ascii_key = as_ascii(key)
        if not key.isascii() and (_mixes(key) or ascii_key in _FIELDS):
            span = field.key
            yield Problem(_message("field", key, ascii_key), _FIX, line=span.line, column=span.column, text=key)


def _mixes(name: str) -> bool:
    """Whether a word of the name has ASCII letters and letters of another script that look like some."""
    return any(
        not _PRETENDERS.isdisjoint(word) and any(char.isascii() for char in word) for word in _WORD.findall(name)
    )


def _message(what: str, written: str, seen: str) -> str:
    others = sorted({f"U+{ord(char):04X}" for char in written if char in HOMOGLYPHS})
    return f"the {what} {quoted(written)} looks like {quoted(seen)}, but has letters of another script ({', '.join(others)})"


RULE = Rule("SK029", "confusable-names", Severity.WARNING, check)
