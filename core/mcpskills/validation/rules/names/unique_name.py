"""SK009: no other folder of the registry claims the name."""

from collections.abc import Iterator

from mcpskills.claims import reason
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import WHOLE_FOLDER, Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    if subject.neighbours.rivals:
        name = subject.folder.name
        yield Problem(
            reason(name, subject.neighbours.rivals),
            "Rename all but one of these folders, together with the `name` in their SKILL.md.",
            path=WHOLE_FOLDER,
            text=name,
        )


RULE = Rule("SK009", "unique-name", Severity.ERROR, check, essential=True)
