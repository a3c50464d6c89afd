"""SK080: no other skill's name could be taken for this one."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import WHOLE_FOLDER, Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    if subject.neighbours.lookalikes:
        name, others = subject.folder.name, ", ".join(map(quoted, subject.neighbours.lookalikes))
        yield Problem(
            f"the name {quoted(name)} could be taken for that of another skill: {others}",
            "Choose a name that says what sets this skill apart, and look whether the other one is what it says.",
            path=WHOLE_FOLDER,
            text=name,
        )


RULE = Rule("SK080", "lookalike-name", Severity.WARNING, check)
