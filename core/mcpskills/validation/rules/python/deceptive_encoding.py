"""SK055: Python source in an encoding in which ASCII characters are not what they seem."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.python.source import RefusedError, declared_encoding, is_python

# What every encoding that source is honestly written in leaves alone: printable ASCII, and what others take for an escape.
_ASCII = bytes(byte for byte in range(0x20, 0x7F) if byte != ord("\\")) + rb"\x20 +AAA- ~{~}"
_COOKIE = re.compile(rb"coding[:=]")


def check(file: File) -> Iterator[Problem]:
    encoding = _declared(file) if is_python(file) else None
    if encoding and not _keeps_ascii(encoding):
        at = _COOKIE.search(file.content)
        line = file.content.count(b"\n", 0, at.start()) + 1 if at else 1
        yield Problem(
            f"the source declares the encoding {encoding}, so Python runs something else than a reviewer reads",
            "Save the file as UTF-8 and remove the declaration.",
            line=line,
            column=1,
            text=encoding,
        )


def _declared(file: File) -> str | None:
    try:
        return declared_encoding(file.content)
    except RefusedError:
        return None


def _keeps_ascii(encoding: str) -> bool:
    try:
        return _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except (UnicodeError, LookupError):
        return False


RULE = FileRule("SK055", "python-deceptive-encoding", Severity.ERROR, check)
