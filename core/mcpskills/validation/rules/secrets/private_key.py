"""SK061: a private key, with its body and not only its first line."""

import re
from collections.abc import Iterator
from itertools import islice

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem

_SIGNS = ("PRIVATE KEY", "PuTTY-User-Key-File-")
_HEADING = re.compile(r"BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-{0,5}|PuTTY-User-Key-File-[23]:")
_END = re.compile(r"-----END|Private-MAC:")
_REACH = 4000
_MOST = 200
# Line ends, also as `\n` inside a text, what holds the lines of a text together, and what makes comments of them.
_HELD_TOGETHER = re.compile(r"\\[nrt]|[\s\"'`,+>|\\#*/;]+")
_BODY = re.compile(r"[A-Za-z0-9=]{80,}")
_LEAST_VARIETY = 30
_FIX = "Take the key out of service: it is in the history now. Then let the script read it from where it is run."


def check(file: File) -> Iterator[Problem]:
    text = file.text or ""
    if not any(sign in text for sign in _SIGNS):
        return
    headings = _HEADING.finditer(text)
    for heading in islice(headings, _MOST):
        if _has_body(text[heading.end() : heading.end() + _REACH]):
            line, column = file.place(heading.start())
            yield Problem("a private key", _FIX, line=line, column=column, text=heading.group())
    if further := next(headings, None):
        line, column = file.place(further.start())
        yield Problem(
            f"more than {_MOST} headings of private keys: the file was not scanned to the end",
            "Split the file, or take the headings out.",
            line=line,
            column=column,
            text=further.group(),
        )


def _has_body(following: str) -> bool:
    end = _END.search(following)
    body = _HELD_TOGETHER.sub("", following[: end.start()] if end else following)
    return any(len(set(run.group())) >= _LEAST_VARIETY for run in _BODY.finditer(body))


RULE = FileRule("SK061", "private-key", Severity.ERROR, check)
