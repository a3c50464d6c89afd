"""SK053: whatever else bandit ranks as medium or high."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.python.analysis import analyse


def check(file: File) -> Iterator[Problem]:
    yield from analyse(file).weak


RULE = FileRule("SK053", "python-weak-call", Severity.WARNING, check, version=2)
