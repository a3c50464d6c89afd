"""SK024: `_manifest` at a skill's root is the address of its list of files, so no file can stand there."""

from collections.abc import Iterator

from mcpskills.folder import MANIFEST_FILE
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    for path in subject.folder.entries:
        if path.partition("/")[0] == MANIFEST_FILE:
            yield Problem(
                f"the name `{MANIFEST_FILE}` is reserved: its address serves the skill's list of files",
                "Choose another name.",
                path=path,
            )


RULE = Rule("SK024", "reserved-file", Severity.ERROR, check, essential=True)
