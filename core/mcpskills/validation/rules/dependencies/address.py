"""SK074: packages come from an index, not from an address."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.dependencies.declared import Kind
from mcpskills.validation.rules.dependencies.placing import at
from mcpskills.validation.rules.dependencies.reading import manifest


def check(file: File) -> Iterator[Problem]:
    for item in manifest(file).of(Kind.ADDRESS):
        yield at(
            file,
            item,
            f"the dependency {quoted(item.text)} comes from an address; whoever holds that decides what is installed",
            "Take the package from an index. If that cannot be, pin the address to a commit or a hash.",
        )


RULE = FileRule("SK074", "dependency-address", Severity.WARNING, check)
