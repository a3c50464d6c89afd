"""SK081: files that declare dependencies can be read."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.dependencies.reading import manifest


def check(file: File) -> Iterator[Problem]:
    fault = manifest(file).fault
    if fault:
        yield Problem(
            f"the file declares dependencies, but {fault}; what is behind that was not looked at",
            "Correct or shorten it.",
            line=1,
            column=1,
            text=fault,
        )


RULE = FileRule("SK081", "unreadable-dependencies", Severity.WARNING, check)
