"""SK067: a script has no carriage returns, with which its interpreter is not found."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.portability.scripts import shebang


def check(file: File) -> Iterator[Problem]:
    first = shebang(file)
    if first and first.endswith(b"\r"):
        yield Problem(
            "the script's lines end in a carriage return and a line feed; Linux and macOS then look for an interpreter "
            "whose name ends in a carriage return",
            "Save the file with line feeds only, or run `mcpskills validate --fix`.",
            line=1,
            column=len(first),
            text="carriage return",
        )


RULE = FileRule("SK067", "script-line-ends", Severity.WARNING, check)
