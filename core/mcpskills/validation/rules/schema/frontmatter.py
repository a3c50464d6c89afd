"""SK004: the frontmatter can be read, and still can after it was brought to canonical form."""

from collections.abc import Iterator

from mcpskills.canonical import SIGNATURE_FILES, rewrite
from mcpskills.frontmatter import FrontmatterError
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    error = subject.error or _canonical_error(subject)
    if error:
        yield Problem(error.problem, error.fix, line=error.line, column=error.column, text=error.problem)


def _canonical_error(subject: Subject) -> FrontmatterError | None:
    if subject.frontmatter is None or subject.text is None or SIGNATURE_FILES & subject.folder.entries.keys():
        return None
    try:
        rewrite(subject.text)
    except FrontmatterError as error:
        return error
    return None


RULE = Rule("SK004", "frontmatter", Severity.ERROR, check, essential=True)
