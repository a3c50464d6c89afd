"""SK066: instructions are short enough to be read in one go."""

from collections.abc import Iterator

from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject

# "Progressive disclosure" in the Agent Skills specification.
_LINES = 500


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    lines = len(subject.text.removesuffix("\n").split("\n")) if subject.text else 0
    if lines > _LINES:
        yield Problem(
            f"the file has {lines} lines; the specification advises {_LINES} at most",
            "Move details into files below `references/` and say in the instructions when to read them.",
            line=_LINES + 1,
            column=1,
            text="lines",
        )


RULE = Rule("SK066", "long-instructions", Severity.INFO, check)
