"""SK079: nothing that runs on installation runs what it has just downloaded."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.dependencies.commands import downloads_and_runs
from mcpskills.validation.rules.dependencies.declared import Kind
from mcpskills.validation.rules.dependencies.placing import at
from mcpskills.validation.rules.dependencies.reading import manifest


def check(file: File) -> Iterator[Problem]:
    for item in manifest(file).of(Kind.HOOK):
        if downloads_and_runs(item.text):
            yield at(
                file,
                item,
                f"{quoted(item.text)} runs on installation, downloads something and runs that",
                "Take it out. Put what has to run into the skill, where it can be reviewed.",
            )


RULE = FileRule("SK079", "downloading-install-script", Severity.ERROR, check)
