"""SK006: a name is 3 to 50 lower-case letters, digits and single hyphens, and starts with a letter."""

import re
from collections.abc import Iterator

from mcpskills.frontmatter import Json
from mcpskills.printable import quoted
from mcpskills.skill import NAME, NAME_LENGTH, RESERVED_NAME
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule, at_value, kind_of
from mcpskills.validation.subject import Subject

_SHORTEST, _LONGEST = NAME_LENGTH[0], NAME_LENGTH[-1]


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    value = subject.value("name")
    # What is missing or empty has its own finding.
    problem = fault(value) if subject.breaches_of("name") and value not in (None, "") else None
    if problem:
        yield at_value(subject, "name", problem, _fix(value))


def fault(value: Json) -> str | None:
    """What is wrong with a name, None when nothing is."""
    if not isinstance(value, str):
        return f"the name must be text, but is {kind_of(value)}"
    if len(value) not in NAME_LENGTH:
        return f"the name {quoted(value)} has {len(value)} characters; allowed are {_SHORTEST} to {_LONGEST}"
    if not NAME.fullmatch(value):
        return (
            f"the name {quoted(value)} is not allowed: a name starts with a lower-case letter and "
            "continues with lower-case letters, digits and single hyphens between them"
        )
    if RESERVED_NAME.fullmatch(value):
        return f"the name {quoted(value)} is reserved: `v` and a number stand for a version in `skill://` addresses"
    return None


def suggestion(value: Json) -> str | None:
    """A valid name that is close to an invalid one, None when there is none."""
    words = re.findall(r"[a-z0-9]+", value[: _LONGEST * 2].lower()) if isinstance(value, str) else []
    near = re.sub(r"^[0-9-]+", "", "-".join(words))[:_LONGEST].rstrip("-")
    return near if near and fault(near) is None else None


def _fix(value: Json) -> str:
    if not isinstance(value, str):
        return "Put it in quotes and choose a name such as `pdf-forms`."
    near = suggestion(value)
    return f"Name the skill and its folder `{near}`." if near else "Choose a name such as `pdf-forms`."


RULE = Rule("SK006", "name", Severity.ERROR, check, essential=True)
