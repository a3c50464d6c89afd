"""SK025: a SKILL.md below a skill's folder is supporting content, no skill of its own."""

from collections.abc import Iterator

from mcpskills.folder import SKILL_FILE
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    for path in subject.folder.entries:
        _, slash, name = path.rpartition("/")
        if slash and name.casefold() == SKILL_FILE.casefold():
            yield Problem(
                "a SKILL.md inside of a skill's folder is served as a file, not as a skill",
                "Move the folder beside this skill if it is a skill; rename the file if it is not.",
                path=path,
            )


RULE = Rule("SK025", "nested-skill", Severity.WARNING, check)
