"""SK098: every rule came to an end with what it saw. `validate` finds this itself when one did not."""

import logging
from collections.abc import Iterator

from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject

_log = logging.getLogger(__name__)


def check(_subject: Subject, _policy: Policy) -> Iterator[Problem]:
    yield from ()


def problem(code: str, path: str, error: Exception) -> Problem:
    """That a rule failed at a file or, with an empty path, at the folder; the log has where in the code."""
    _log.error("the rule %s failed", code, exc_info=error)
    return Problem(
        f"the rule {code} could not be finished ({type(error).__name__}), so nothing is known of what it looks for",
        "Make the file smaller or simpler; if it is an ordinary one, report it as a fault of the rule.",
        path=path,
        text=code,
    )


RULE = Rule("SK098", "checkable", Severity.ERROR, check, essential=True)
