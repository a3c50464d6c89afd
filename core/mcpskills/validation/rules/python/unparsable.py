"""SK050: what claims to be Python parses, or nothing that it does can be judged."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.python.analysis import analyse


def check(file: File) -> Iterator[Problem]:
    yield from analyse(file).refused


RULE = FileRule("SK050", "python-does-not-parse", Severity.ERROR, check)
