"""SK095: evals are in the format that is tried out, so that nobody relies on cases that nobody looks at."""

from collections.abc import Iterator

from mcpskills.evals.reading import Flaw, read
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _: Policy) -> Iterator[Problem]:
    yield from map(_problem, read(subject.folder).flaws)


def _problem(flaw: Flaw) -> Problem:
    return Problem(
        f"not used as evals: {flaw.message}",
        flaw.fix,
        path=flaw.path,
        line=flaw.line,
        column=flaw.column,
        text=flaw.message,
    )


RULE = Rule("SK095", "evals", Severity.WARNING, check)
