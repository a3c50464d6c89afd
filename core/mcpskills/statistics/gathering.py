"""Calls that are alike, counted together while they happen: there may be thousands in a second, and few kinds of them."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from mcpskills.journal import InvocationStatus
from mcpskills.statistics.call import Call
from mcpskills.statistics.figures import Figures

MOST: Final = 20_000
"""Kinds that are kept at once, about 1 KB each; of calls of others only the number is known."""

_HOUR: Final = 3600


class Alike(NamedTuple):
    """What calls have in common, as they said it. `hour` is in hours since 1970."""

    hour: int
    skill: str | None
    version: int | None
    principal: str
    good: bool


class Gathering:
    """`missed` are calls of which only the number is known."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Figures] = {}
        self.missed = 0

    def observe(self, calls: Sequence[Call]) -> None:
        """Count each once, in a microsecond. Who was not let in has called nothing."""
        found, success = self._found, InvocationStatus.SUCCESS
        for call in calls:
            principal = call.principal
            if principal is None:
                continue
            alike = int(call.at) // _HOUR, call.skill, call.version, principal, call.status is success
            figures = found.get(alike)
            if figures is None:
                if len(found) >= MOST:
                    self.missed += 1
                    continue
                figures = found[alike] = Figures()
            figures.observe(call)

    def taken(self) -> Iterator[tuple[Alike, Figures]]:
        """What there is, which then is gathered no more. Takes no time yet: whoever goes through it does that where they like."""
        taken, self._found = self._found, {}
        return ((Alike._make(alike), figures) for alike, figures in taken.items())
