"""SK007: a description says in 10 to 1024 characters what the skill does and when to use it."""

from collections.abc import Iterator

from mcpskills.frontmatter import Json
from mcpskills.skill import DESCRIPTION_LENGTH
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule, at_value, kind_of
from mcpskills.validation.subject import Subject

_SHORTEST, _LONGEST = DESCRIPTION_LENGTH[0], DESCRIPTION_LENGTH[-1]


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    value = subject.value("description")
    # What is missing or empty has its own finding.
    if subject.breaches_of("description") and value not in (None, ""):
        yield at_value(subject, "description", *_fault(value))


def _fault(value: Json) -> tuple[str, str]:
    if not isinstance(value, str):
        return f"the description must be text, but is {kind_of(value)}", "Write a sentence, in quotes if need be."
    length, inner = len(value), len(value.strip())
    if inner < _SHORTEST:
        return (
            f"the description has {inner} characters without the white space around it; at least {_SHORTEST} are needed",
            "Say what the skill does and when to use it.",
        )
    return (
        f"the description has {length} characters; at most {_LONGEST} are allowed",
        f"Shorten it by {length - _LONGEST} characters; details belong in the instructions.",
    )


RULE = Rule("SK007", "description", Severity.ERROR, check, essential=True)
