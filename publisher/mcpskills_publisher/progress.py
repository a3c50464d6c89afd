"""How far a publisher has come, for those who ask it."""

from dataclasses import dataclass
from datetime import datetime

from mcpskills.errors import LeaseLostError, McpSkillsError
from mcpskills_publisher.reconcile import Summary

_FAULT = "The reconcile failed; the publisher's log says why."


@dataclass(frozen=True, slots=True)
class Progress:
    """The last reconcile: when it ended, the head that it saw, and why it published nothing or not all.

    `leads` is false once another publisher's lease kept it from work, and before the first reconcile that worked.
    """

    at: datetime
    commit: str | None
    frozen: str | None
    error: str | None
    leads: bool


def progress(outcome: Summary | Exception, before: Progress | None, at: datetime) -> Progress:
    """A reconcile that failed says nothing of the head: the one seen before stays."""
    if isinstance(outcome, Summary):
        return Progress(at, outcome.commit, outcome.frozen, error=None, leads=True)
    # Only our own messages are meant for others.
    error = outcome.message if isinstance(outcome, McpSkillsError) else _FAULT
    leads = before is not None and before.leads and not isinstance(outcome, LeaseLostError)
    return Progress(at, before.commit if before else None, before.frozen if before else None, error=error, leads=leads)
