"""SK076: a skill leaves it to whoever installs it which index packages come from, and that this is checked."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.dependencies.declared import Kind
from mcpskills.validation.rules.dependencies.placing import at
from mcpskills.validation.rules.dependencies.reading import manifest

_UNCHECKED = "turns off the check that an index is the one that it says"
_INDEX = "chooses an index: a package there can stand in for one of the same name that was meant"


def check(file: File) -> Iterator[Problem]:
    for item in manifest(file).of(Kind.INDEX, Kind.UNCHECKED):
        yield at(
            file,
            item,
            f"{quoted(item.text)} {_UNCHECKED if item.kind is Kind.UNCHECKED else _INDEX}",
            "Take it out, and say in `compatibility` which index is needed.",
        )


RULE = FileRule("SK076", "package-index", Severity.WARNING, check)
