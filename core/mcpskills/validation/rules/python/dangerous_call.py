"""SK051: a call that runs what it is given, or trusts whoever answers."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.python.analysis import analyse


def check(file: File) -> Iterator[Problem]:
    yield from analyse(file).dangerous


RULE = FileRule("SK051", "python-dangerous-call", Severity.ERROR, check, version=2)
