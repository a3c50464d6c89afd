"""SK030: no text is decoded from base64 or the like and then run."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.commands import crowd, run_at_once, run_later
from mcpskills.validation.rules.instructions.decoding import DECODE
from mcpskills.validation.rules.instructions.problem import distinct, problem, too_many
from mcpskills.validation.rules.instructions.shadow import Shadow, shadow_of

_POWERSHELL = re.compile(
    r"\b(?:iex|invoke-expression|scriptblock\]::create)\b[^\n]{0,120}?\bfrombase64string\b"
    r"|\bfrombase64string\b[^\n|]{0,400}+\|[ \t]{0,5}(?:iex|invoke-expression)\b"
)
_FIX = "Write the command out, so that a reviewer can read what runs."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    many = crowd(shadow, DECODE)
    if many is not None:
        yield too_many(shadow, many)
        return
    message = "a decoded text is run as a command, which hides the command from review"
    yield from distinct(problem(shadow, start, end, message, _FIX) for start, end in sorted(_spans(shadow)))


def _spans(shadow: Shadow) -> Iterator[tuple[int, int]]:
    yield from ((span.start, span.end) for span in (*run_at_once(shadow, DECODE), *run_later(shadow, DECODE)))
    if shadow.has("frombase64string"):
        yield from (match.span() for match in shadow.near(_POWERSHELL, "frombase64string", reach=600))


RULE = FileRule("SK030", "decoded-to-shell", Severity.ERROR, check)
