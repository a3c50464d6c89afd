"""Denied attempts that are summed up, so that a flood of them is an entry a minute of the audit trail, and none goes unsaid."""

from dataclasses import dataclass
from typing import Final

from mcpskills.audit import Actor, Detail

MOST_SUMS: Final = 20
"""In one minute; attempts of all others are one sum more."""

NOBODY: Final = "unknown"
"""Who attempts something and says nothing of who they are, or nothing that is true."""

_OTHERS: Final = "others"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something that was denied: to whom and from which source, the status of the answer, the first line of the request, why."""

    who: str
    caller: str | None
    source: str | None
    status: int
    what: str
    reason: str


@dataclass(slots=True)
class _Sum:
    first: Attempt
    attempts: int = 0


class Sums:
    """The attempts of one minute by who attempted, from where, and what they were answered."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str | None, int], _Sum] = {}
        self._others = 0

    def __len__(self) -> int:
        """How many entries they would be."""
        return len(self._sums) + (self._others > 0)

    def room(self, who: str, source: str | None, status: int) -> bool:
        """Count one more of an attempt that is summed already, or has no sum left: False for one that `begin` must know."""
        found = self._sums.get((who, source, status))
        if found is not None:
            found.attempts += 1
        elif len(self._sums) < MOST_SUMS:
            return False
        else:
            self._others += 1
        return True

    def begin(self, attempt: Attempt) -> None:
        """Count the first one of its kind."""
        self._sums[attempt.who, attempt.source, attempt.status] = _Sum(attempt, 1)

    def take(self) -> list[tuple[Actor, Detail]]:
        """What the trail is to say of them; then there are none."""
        told = [_entry(each.first, each.attempts) for each in self._sums.values()]
        if self._others:
            told.append((Actor(_OTHERS), {"attempts": self._others}))
        self._sums, self._others = {}, 0
        return told


def _entry(first: Attempt, attempts: int) -> tuple[Actor, Detail]:
    detail: Detail = {"attempts": attempts, "what": first.what, "status": first.status, "reason": first.reason}
    return Actor(first.who, first.source, caller=first.caller), detail
