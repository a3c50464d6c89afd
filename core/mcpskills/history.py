"""Accepting a history that was rewritten, decided from what is known of the old one: catalogs read before and write after."""

from dataclasses import dataclass

from mcpskills.errors import ConflictError

ACTION = "accept-history"


@dataclass(frozen=True, slots=True)
class History:
    """The last commit that was dealt with whole, why publishing is frozen, and the head that was accepted since; see `ports`."""

    commit: str | None = None
    frozen: str | None = None
    accepted: str | None = None


def accept(known: History, commit: str) -> bool:
    """Whether there is anything to do. Raises `ConflictError` when nothing waits for it."""
    if known.frozen is not None:
        return True
    if known.accepted == commit:
        return False
    raise ConflictError(
        "Expected publishing to be frozen after the history was rewritten, but it is not: there is nothing to accept. When the "
        "branch was rewritten just now, wait until the publisher has seen it."
    )


def told(known: History, commit: str, reason: str) -> dict[str, str | int | None]:
    """The detail of the audit entry."""
    return {"commit": commit, "instead_of": known.commit or known.accepted, "reason": reason, "frozen": known.frozen}
