"""SK052: code that runs what it downloads, decodes or hides."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.python.analysis import analyse


def check(file: File) -> Iterator[Problem]:
    yield from analyse(file).fetched


RULE = FileRule("SK052", "python-runs-fetched-code", Severity.ERROR, check, version=2, essential=True)
