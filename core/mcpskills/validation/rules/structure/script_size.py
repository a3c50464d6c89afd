"""SK017: a script is small enough to be reviewed."""

from collections.abc import Iterator

from mcpskills.skill import file_kind
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, policy: Policy) -> Iterator[Problem]:
    for path, entry in subject.folder.files.items():
        if file_kind(path) == "script" and entry.size > policy.limits.script_bytes:
            yield Problem(
                f"the script has {entry.size} bytes; at most {policy.limits.script_bytes} are allowed",
                "Split it, or move its data into files below `assets/`.",
                path=path,
            )


RULE = Rule("SK017", "script-size", Severity.ERROR, check, essential=True)
