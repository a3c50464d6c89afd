"""Counting calls that left their durations in columns: what is the same for calls that are alike is looked for once."""

from array import array
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from mcpskills.statistics.call import Batch, Concern
from mcpskills.statistics.figures import OpenFigures
from mcpskills.statistics.latencies import OpenLatencies, bin_of
from mcpskills.statistics.open_hour import AT_ONCE, Hour

_MOST_OF_ALL: Final = 4_096
"""Calls that wait to be counted in everybody's totals; to count more at once would hold up requests."""

_HOW_BITS: Final = 16

Told: TypeAlias = Callable[[Any, int], tuple[Concern, str]]
"""Tells what calls are about that are alike, and who made them."""


class BatchCount:
    """Counts a batch."""

    def __init__(self, hour: Hour, at: int, told: Told, most_alike: int) -> None:
        self.counted = 0
        self._hour = hour
        self._at = at
        self._told = told
        self._most_alike = most_alike
        self._rows: dict[int, OpenLatencies] = {}
        self._restricted: dict[int, OpenLatencies] = {}
        self._of_all = array("H")
        self._callers: set[str] = set()
        self._nowhere, self._left_out = OpenLatencies(), OpenLatencies()

    @property
    def left_out(self) -> int:
        """Calls that there was no room for."""
        return self._left_out.count

    def count(self, batch: Batch, rest: Callable[[], None]) -> None:
        rows, restricted, of_all, counted = self._rows, self._restricted, self._of_all, 0
        try:
            for about, how, seconds in batch:
                if not counted % AT_ONCE:
                    if len(of_all) >= _MOST_OF_ALL:
                        self.sum_up()
                    rest()
                # By what it is, not by what is in it: comparing skills would take long, and nothing goes away meanwhile.
                alike = id(about) << _HOW_BITS | how
                row = rows.get(alike)
                if row is None:
                    row = self._found(alike, about, how)
                which = bin_of(seconds)
                row.add(which)
                if restricted and alike in restricted:
                    restricted[alike].add(which)
                else:
                    of_all.append(which)
                counted += 1
        finally:
            self.counted = counted

    def sum_up(self) -> None:
        """Count in everybody's totals what was not restricted, and is not there yet."""
        if not self._of_all:
            return
        latencies = self._hour.of_all().latencies
        for which, calls in Counter(self._of_all).items():
            latencies.add(which, calls)
        del self._of_all[:]

    def _found(self, alike: int, about: object, how: int) -> OpenLatencies:
        """Where such calls are counted, beside totals."""
        if len(self._rows) >= self._most_alike:
            self._rows.clear()
            self._restricted.clear()
        concern, caller = self._told(about, how)
        skill = concern.skill
        if skill is not None and concern.restricted:
            self._restricted[alike] = self._seen(self._hour.of_restricted(skill), caller, self._nowhere)
        elif caller not in self._callers:
            self._callers.add(caller)
            self._hour.of_all().see(self._at, caller)
        row = self._nowhere
        if skill is not None:
            row = self._seen(self._hour.of_version(skill, concern.version), caller, self._left_out)
        self._rows[alike] = row
        return row

    def _seen(self, figures: OpenFigures | None, caller: str, without_room: OpenLatencies) -> OpenLatencies:
        if figures is None:
            return without_room
        figures.see(self._at, caller)
        return figures.latencies
