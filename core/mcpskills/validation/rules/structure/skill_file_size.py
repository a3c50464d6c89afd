"""SK016: SKILL.md is small enough to be read as a whole by a model."""

from collections.abc import Iterator

from mcpskills.folder import SKILL_FILE
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, policy: Policy) -> Iterator[Problem]:
    entry = subject.folder.entries.get(SKILL_FILE)
    if entry and entry.is_file and entry.size > policy.limits.skill_md_bytes:
        yield Problem(
            f"the file has {entry.size} bytes; at most {policy.limits.skill_md_bytes} are allowed",
            "Move details into files below `references/` and name them in the instructions.",
        )


RULE = Rule("SK016", "skill-file-size", Severity.ERROR, check, essential=True)
