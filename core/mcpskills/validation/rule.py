"""The shape of a rule and of what it yields."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mcpskills.folder import SKILL_FILE
from mcpskills.frontmatter import Json
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.registry import Registry
from mcpskills.validation.subject import Subject

WHOLE_FOLDER = ""
"""A problem's path when no single file is to blame."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check yields; its rule adds code and severity.

    `path` is relative to the skill's folder; a `FileRule` leaves it out. `text` is the offending text, with secrets redacted;
    by it the finding is recognised when lines move.
    """

    message: str
    fix: str
    path: str = SKILL_FILE
    line: int | None = None
    column: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Judges a skill's folder as a whole.

    `version` is raised when the rule judges differently, so that old verdicts are looked at again. What is `essential` the
    product relies on: no registry may soften or waive it.
    """

    code: str
    name: str
    severity: Severity
    check: Callable[[Subject, Policy], Iterator[Problem]]
    version: int = 1
    essential: bool = False


@dataclass(frozen=True, slots=True)
class FileRule:
    """Judges one file, whatever stands beside it and whatever the policy says: results are kept by the file's digest."""

    code: str
    name: str
    severity: Severity
    check: Callable[[File], Iterator[Problem]]
    version: int = 1
    essential: bool = False


@dataclass(frozen=True, slots=True)
class RegistryRule:
    """Judges what concerns the registry and no single skill; a problem's path is relative to the registry repository."""

    code: str
    name: str
    severity: Severity
    check: Callable[[Registry, Policy], Iterator[Problem]]
    version: int = 1
    essential: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """What an adviser says when it is asked, see `adapters/advisers`. Nothing is checked, and no registry may weigh it anew."""

    code: str
    name: str
    severity: Severity
    version: int = 1
    essential: bool = True


AnyRule = Rule | FileRule | RegistryRule | Advice


def at_value(subject: Subject, key: str, message: str, fix: str) -> Problem:
    """A problem with a top-level field: placed at its value, recognised by key and written value."""
    if subject.frontmatter is None:
        raise ValueError("only a parsed frontmatter has fields")
    line, column = subject.frontmatter.at(key)
    return Problem(message, fix, line=line, column=column, text=f"{key}: {subject.value(key)!r}")


def at_offset(file: File, start: int, end: int, message: str, fix: str) -> Problem:
    """A problem with the characters from `start` to `end` of a file's text, which become the offending text."""
    line, column = file.place(start)
    return Problem(message, fix, path=file.path, line=line, column=column, text=file.of(start, end))


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
