"""SK005: a skill has a name and a description."""

from collections.abc import Iterator

from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule, at_value
from mcpskills.validation.subject import Subject

_EXAMPLES = {
    "name": "name: pdf-forms",
    "description": "description: Fills in PDF forms. Use when the user has a form to complete.",
}


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    for key, example in _EXAMPLES.items():
        if subject.breaches_of(key) and subject.value(key) in (None, ""):
            how = "missing" if subject.field(key) is None else "empty"
            fix = f"Write it between the `---` lines, such as `{example}`."
            yield at_value(subject, key, f"the field `{key}` is {how}", fix)


RULE = Rule("SK005", "required-fields", Severity.ERROR, check, essential=True)
