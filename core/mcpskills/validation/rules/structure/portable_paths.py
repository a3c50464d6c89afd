"""SK022: paths can be unpacked on Windows as well."""

import re
from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.rules.structure.safe_paths import fault
from mcpskills.validation.subject import Subject

# "Naming Files, Paths, and Namespaces" in the Windows documentation.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE | re.DOTALL)
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    for path in subject.folder.entries:
        # What is unsafe everywhere is an error already.
        problem = None if fault(path) else _fault(path)
        if problem:
            yield Problem(problem, "Rename it, so that the skill can be unpacked on Windows.", path=path)


def _fault(path: str) -> str | None:
    for segment in path.split("/"):
        if _DEVICE.fullmatch(segment):
            return f"{quoted(segment)} is the name of a device on Windows"
        if segment.endswith((".", " ")):
            return f"{quoted(segment)} ends with a dot or a space, which Windows drops"
        if _FORBIDDEN.search(segment):
            return f"{quoted(segment)} contains a character that Windows does not allow"
    return None


RULE = Rule("SK022", "portable-paths", Severity.WARNING, check)
