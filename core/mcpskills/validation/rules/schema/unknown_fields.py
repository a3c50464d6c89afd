"""SK014: fields beyond the known ones are kept and served, but other clients may not understand them."""

from collections.abc import Iterator
from difflib import get_close_matches

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.skill_schema import fields
from mcpskills.validation.subject import Subject

_FIELDS = fields()
_LONGEST_TYPO = 40


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    for key, field in (subject.frontmatter.fields if subject.frontmatter else {}).items():
        if key not in _FIELDS:
            yield Problem(
                f"the field {quoted(key)} is not part of the format; it is kept, but few clients understand it",
                _fix(key),
                line=field.key.line,
                column=field.key.column,
                text=key,
            )


def _fix(key: str) -> str:
    near = (
        get_close_matches(key.lower().replace("_", "-"), _FIELDS, n=1, cutoff=0.85) if len(key) <= _LONGEST_TYPO else []
    )
    return (
        f"Did you mean `{near[0]}`?"
        if near
        else "Keep it if a client of yours reads it; move it below `metadata:` if it only describes the skill."
    )


RULE = Rule("SK014", "unknown-fields", Severity.INFO, check)
