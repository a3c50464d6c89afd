"""What one process has counted in the hours that are not over for it: a bounded number of figures, written whole each time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from mcpskills.statistics import packing
from mcpskills.statistics.call import Call, Concern
from mcpskills.statistics.figures import OpenFigures
from mcpskills.statistics.packing import NOBODYS, Row
from mcpskills.statistics.sheet import HOUR, LATE, OPEN, RESTRICTED, Kind, Sheet, hour_of, part_of

MOST_ROWS: Final = 20_000
"""Versions of skills that a process counts at once, some 700 bytes each, and up to 100 KB for one that thousands call; calls of
more count in the totals only.
"""


class OpenHours:
    """May be used from any thread, by one at a time."""

    def __init__(self, writer: str) -> None:
        """`writer` tells this process from all others, and from itself before it was started anew."""
        self._writer = writer
        self._hours: dict[datetime, dict[str, dict[Row, OpenFigures]]] = {}
        self._changed: set[tuple[datetime, str]] = set()
        self._rows = 0
        self.left_out = 0
        """Calls that count in the totals only, because there is no room for more skills."""

    def count(self, call: Call, about: Concern, now: datetime) -> None:
        hour = self._hour(call.at, now)
        if about.restricted and about.skill is not None:
            self._observe(hour, RESTRICTED, Row(about.skill), call)
        else:
            self._observe(hour, OPEN, NOBODYS, call)
        if about.skill is not None:
            self._observe(hour, part_of(about.skill), Row(about.skill, about.version), call)

    def miss(self, calls: int, now: datetime) -> None:
        """Count calls of which only the number is known."""
        if calls and (figures := self._figures(hour_of(now), OPEN, NOBODYS)):
            figures.dropped += calls

    def take(self) -> Iterator[Sheet]:
        """Everything that changed since it was taken last, piece by piece, to be written; else `put_back`."""
        taken, self._changed = self._changed, set()
        for hour, part in sorted(taken):
            yield from self._sheets(hour, part)

    def put_back(self, sheets: Iterable[Sheet]) -> None:
        """These were not written."""
        self._changed |= {(sheet.start, sheet.part) for sheet in sheets}

    def close(self, now: datetime) -> None:
        """What was taken is written: hours that are over and have not changed since are forgotten."""
        changed = {hour for hour, _ in self._changed}
        for hour in [hour for hour in self._hours if hour < self._oldest(now) and hour not in changed]:
            self._rows -= sum(map(len, self._hours.pop(hour).values()))

    def _observe(self, hour: datetime, part: str, row: Row, call: Call) -> None:
        figures = self._figures(hour, part, row)
        if figures is None:
            self.left_out += len(call.durations)
        else:
            figures.observe(call)

    def _figures(self, hour: datetime, part: str, row: Row) -> OpenFigures | None:
        rows = self._hours.setdefault(hour, {}).setdefault(part, {})
        figures = rows.get(row)
        if figures is None:
            if self._rows >= MOST_ROWS and part != OPEN:
                return None
            figures = rows[row] = OpenFigures()
            self._rows += 1
        self._changed.add((hour, part))
        return figures

    def _sheets(self, hour: datetime, part: str) -> Sequence[Sheet]:
        return packing.written(
            self._hours[hour][part], Sheet(part, Kind.WRITING, hour, hour + HOUR, writer=self._writer)
        )

    def _hour(self, at: float, now: datetime) -> datetime:
        present = hour_of(now)
        hour = hour_of(datetime.fromtimestamp(at, UTC)) if at < present.timestamp() else present
        return hour if hour >= self._oldest(now) else present

    @staticmethod
    def _oldest(now: datetime) -> datetime:
        return hour_of(now - LATE)
