"""The shape of a rule and of what it yields."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mcpskills.folder import SKILL_FILE
from mcpskills.frontmatter import Json
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Limits
from mcpskills.validation.subject import Subject

WHOLE_FOLDER = ""
"""A problem's path when no single file is to blame."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check yields; its rule adds code and severity.

    `path` is relative to the skill's folder. `text` is the offending text, by which the finding is recognised when lines move.
    """

    message: str
    fix: str
    path: str = SKILL_FILE
    line: int | None = None
    column: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `version` is raised when the rule judges differently, so that old verdicts are looked at again."""

    code: str
    name: str
    severity: Severity
    check: Callable[[Subject, Limits], Iterator[Problem]]
    version: int = 1


def at_value(subject: Subject, key: str, message: str, fix: str) -> Problem:
    """A problem with a top-level field: placed at its value, recognised by key and written value."""
    if subject.frontmatter is None:
        raise ValueError("only a parsed frontmatter has fields")
    line, column = subject.frontmatter.at(key)
    return Problem(message, fix, line=line, column=column, text=f"{key}: {subject.value(key)!r}")


def kind_of(value: Json) -> str:
    """A value's type in words for a message."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a mapping"
