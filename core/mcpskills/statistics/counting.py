"""What one process has counted in the hours that are not over for it: a bounded number of figures, written whole each time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from mcpskills.statistics import packing
from mcpskills.statistics.call import Batch, Call, Concern
from mcpskills.statistics.counting_batches import BatchCount, Told
from mcpskills.statistics.counting_grids import GridCount
from mcpskills.statistics.grid import Grid
from mcpskills.statistics.open_hour import Hour, Room
from mcpskills.statistics.sheet import HOUR, LATE, Kind, Sheet, hour_of

MOST_ROWS: Final = 20_000
"""Versions of skills that a process counts at once, some 500 bytes each with a single caller, 128 of them in a table that is
there for the present hour only, and up to 100 KB for one that thousands call; calls of more count in everybody's totals only, and
those of a restricted skill in its totals if it has any.
"""

MOST_ALIKE: Final = 65_536
"""Of calls that are counted together, as many different ones are known at once."""


class OpenHours:
    """May be used from any thread, by one at a time."""

    def __init__(self, writer: str, *, most_rows: int = MOST_ROWS, most_alike: int = MOST_ALIKE) -> None:
        """`writer` tells this process from all others, and from itself before it was started anew."""
        self._writer = writer
        self._hours: dict[datetime, Hour] = {}
        self._room = Room(most_rows)
        self._most_alike = most_alike
        self.left_out = 0
        """Calls that are not counted for their version, because there is no room for more."""

    def count(self, call: Call, about: Concern, now: datetime) -> None:
        hour, skill = self._hour(call.at, now), about.skill
        totals = hour.of_restricted(skill) if about.restricted and skill is not None else hour.of_all()
        if totals is not None:
            totals.observe(call)
        if skill is not None:
            row = hour.of_version(skill, about.version)
            if row is None:
                self.left_out += 1
            else:
                row.observe(call)

    def count_together(self, batch: Batch, told: Told, now: datetime, rest: Callable[[], None] = lambda: None) -> None:
        """Count a batch; `rest` is called again and again meanwhile.

        `told` is asked once for calls that are alike, and again where there are more than `most_alike` that differ. Where it
        raises, the calls that are left count as dropped.
        """
        if not len(batch):
            return
        at = batch.at
        counting = BatchCount(self._hour(at, now), int(at), told, self._most_alike)
        try:
            counting.count(batch, rest)
        finally:
            counting.sum_up()
            self.left_out += counting.left_out
            self.miss(len(batch) - counting.counted, now)

    def count_grid(self, grid: Grid, now: datetime, rest: Callable[[], None] = lambda: None) -> None:
        """Count the calls of a grid; `rest` is called again and again meanwhile.

        Where it raises, the calls that are left count as dropped.
        """
        if not len(grid):
            return
        summing = GridCount(self._hour(grid.at, now), grid, rest)
        try:
            summing.count()
            summing.see_to(rest)
            summing.tell()
        finally:
            summing.sum_up()
            self.miss(len(grid) - summing.counted, now)
            # Without rests, where one of them failed.
            summing.see_to()
            self.left_out += summing.left_out

    def miss(self, calls: int, now: datetime) -> None:
        """Count calls of which only the number is known."""
        if calls:
            self._opened(hour_of(now)).of_all().dropped += calls

    def take(self, rest: Callable[[], None] = lambda: None) -> Iterator[Sheet]:
        """Everything that changed since it was taken last, piece by piece, to be written; else `put_back`.

        `rest` is called again and again while the first piece of an hour is looked for.
        """
        present = max(self._hours, default=None)
        for hour in sorted(self._hours.values(), key=lambda each: each.start):
            if hour.start != present:
                # Hours wait here while nothing can be written, and a table takes megabytes.
                hour.settle(rest)
            changed, hour.changed = hour.changed, set()
            for part, rows in hour.of(changed, rest).items():
                yield from packing.written(
                    rows, Sheet(part, Kind.WRITING, hour.start, hour.start + HOUR, writer=self._writer)
                )

    def put_back(self, sheets: Iterable[Sheet]) -> None:
        """These were not written."""
        for sheet in sheets:
            self._hours[sheet.start].changed.add(sheet.part)

    def close(self, now: datetime) -> None:
        """What was taken is written: hours that are over and have not changed since are forgotten."""
        for hour in [each for each in self._hours.values() if each.start < self._oldest(now) and not each.changed]:
            self._room.rows -= len(self._hours.pop(hour.start))

    def _hour(self, at: float, now: datetime) -> Hour:
        present = hour_of(now)
        start = hour_of(datetime.fromtimestamp(at, UTC)) if at < present.timestamp() else present
        return self._opened(start if start >= self._oldest(now) else present)

    def _opened(self, start: datetime) -> Hour:
        hour = self._hours.get(start)
        if hour is None:
            hour = self._hours[start] = Hour(start, self._room)
        return hour

    @staticmethod
    def _oldest(now: datetime) -> datetime:
        return hour_of(now - LATE)
