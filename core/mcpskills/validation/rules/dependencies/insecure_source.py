"""SK075: nothing is installed over a connection on which anybody could answer."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.dependencies.declared import Kind, insecurity
from mcpskills.validation.rules.dependencies.placing import at
from mcpskills.validation.rules.dependencies.reading import manifest


def check(file: File) -> Iterator[Problem]:
    for item in manifest(file).of(Kind.ADDRESS, Kind.INDEX, Kind.LOCKED):
        why = insecurity(item.url)
        if why:
            message = f"{quoted(item.text)} is installed from {why}"
            yield at(file, item, message, "Use `https` and a host's name.")


RULE = FileRule("SK075", "insecure-source", Severity.ERROR, check)
