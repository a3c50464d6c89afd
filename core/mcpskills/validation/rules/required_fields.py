"""SK005: a skill has a name and a description."""

from collections.abc import Iterator

from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Limits
from mcpskills.validation.rule import Problem, Rule, at_value
from mcpskills.validation.subject import Subject

_EXAMPLES = {
    "name": "name: pdf-forms",
    "description": "description: Fills in PDF forms. Use when the user has a form to complete.",
}


def check(subject: Subject, _limits: Limits) -> Iterator[Problem]:
    if subject.frontmatter is None:
        return
    for key, example in _EXAMPLES.items():
        fix = f"Write it between the `---` lines, such as `{example}`."
        if subject.field(key) is None:
            yield at_value(subject, key, f"the field `{key}` is missing", fix)
        elif subject.value(key) in (None, ""):
            yield at_value(subject, key, f"the field `{key}` is empty", fix)


RULE = Rule("SK005", "required-fields", Severity.ERROR, check)
