"""SK078: installing what a skill needs runs nothing of the skill's."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.dependencies.declared import Kind
from mcpskills.validation.rules.dependencies.placing import at
from mcpskills.validation.rules.dependencies.reading import manifest


def check(file: File) -> Iterator[Problem]:
    for item in manifest(file).of(Kind.HOOK):
        what = f"{quoted(item.text)} runs" if item.text else "the file runs"
        yield at(
            file,
            item,
            f"{what} when somebody installs or builds from this folder, before anybody has asked for it",
            "Take it out, or make it a script that the instructions name.",
        )


RULE = FileRule("SK078", "install-script", Severity.WARNING, check)
