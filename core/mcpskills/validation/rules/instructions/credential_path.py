"""SK039: a skill that names the places where people keep keys and passwords deserves a look."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.credentials import credential_paths
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import shadow_of

_FIX = "Say that the user sets up the credentials, and let the tool that needs them read them; never read or copy them."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    return distinct(
        problem(shadow, start, end, f"{quoted(shadow.written(start, end))} is where people keep credentials", _FIX)
        for start, end in credential_paths(shadow)
    )


RULE = FileRule("SK039", "credential-path", Severity.WARNING, check)
