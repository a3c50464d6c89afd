"""SK054: Python that cannot be judged in bounded time and memory."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.python.analysis import analyse


def check(file: File) -> Iterator[Problem]:
    yield from analyse(file).beyond


RULE = FileRule("SK054", "python-too-complex", Severity.ERROR, check)
