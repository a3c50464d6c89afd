"""What one process has counted in the hours that are not over for it: a bounded number of figures, written whole each time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from mcpskills.statistics import packing
from mcpskills.statistics.call import Call, Concern
from mcpskills.statistics.figures import OpenFigures
from mcpskills.statistics.latencies import binned
from mcpskills.statistics.packing import NOBODYS, Row
from mcpskills.statistics.sheet import HOUR, LATE, OPEN, RESTRICTED, Kind, Sheet, hour_of, part_of

MOST_ROWS: Final = 20_000
"""Versions of skills that a process counts at once, some 700 bytes each, and up to 100 KB for one that thousands call; calls of
more count in the totals only.
"""

_AT_ONCE: Final = 512
"""Rows that are looked at between two rests."""


class _Hour:
    """What was counted in an hour. `rows` are of all parts of skills: a call finds its row without reckoning its part anew."""

    __slots__ = ("changed", "restricted", "rows", "start", "totals")

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.totals: dict[Row, OpenFigures] = {}
        self.restricted: dict[Row, OpenFigures] = {}
        self.rows: dict[Row, OpenFigures] = {}
        self.changed: set[str] = set()

    def __len__(self) -> int:
        return len(self.totals) + len(self.restricted) + len(self.rows)

    def of(self, parts: Collection[str], rest: Callable[[], None]) -> dict[str, dict[Row, OpenFigures]]:
        """The rows of these parts."""
        found: dict[str, dict[Row, OpenFigures]] = {part: {} for part in sorted(parts)}
        for table in (self.totals, self.restricted, self.rows):
            for place, (row, figures) in enumerate(table.items()):
                if not place % _AT_ONCE:
                    rest()
                if figures.part in found:
                    found[figures.part][row] = figures
        return found


class OpenHours:
    """May be used from any thread, by one at a time."""

    def __init__(self, writer: str) -> None:
        """`writer` tells this process from all others, and from itself before it was started anew."""
        self._writer = writer
        self._hours: dict[datetime, _Hour] = {}
        self._rows = 0
        self._last: tuple[float, datetime, _Hour] | None = None
        self.left_out = 0
        """Calls that count in the totals only, because there is no room for more skills."""

    def count(self, call: Call, about: Concern, now: datetime) -> None:
        hour, (skill, version, restricted), bins = self._hour(call.at, now), about, binned(call.durations)
        if restricted and skill is not None:
            self._observe(hour, hour.restricted, Row(skill), call, bins)
        else:
            self._observe(hour, hour.totals, NOBODYS, call, bins)
        if skill is not None:
            self._observe(hour, hour.rows, Row(skill, version), call, bins)

    def miss(self, calls: int, now: datetime) -> None:
        """Count calls of which only the number is known."""
        if calls:
            hour = self._opened(hour_of(now))
            figures = self._figures(hour, hour.totals, NOBODYS)
            if figures is not None:
                figures.dropped += calls

    def take(self, rest: Callable[[], None] = lambda: None) -> Iterator[Sheet]:
        """Everything that changed since it was taken last, piece by piece, to be written; else `put_back`.

        `rest` is called again and again while the first piece of an hour is looked for.
        """
        for hour in sorted(self._hours.values(), key=lambda each: each.start):
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
        self._last = None
        for hour in [each for each in self._hours.values() if each.start < self._oldest(now) and not each.changed]:
            self._rows -= len(self._hours.pop(hour.start))

    def _observe(self, hour: _Hour, table: dict[Row, OpenFigures], row: Row, call: Call, bins: Sequence[int]) -> None:
        figures = self._figures(hour, table, row)
        if figures is None:
            self.left_out += len(call.durations)
        else:
            figures.observe(call, bins)

    def _figures(self, hour: _Hour, table: dict[Row, OpenFigures], row: Row) -> OpenFigures | None:
        figures = table.get(row)
        if figures is None:
            if self._rows >= MOST_ROWS and table is not hour.totals:
                return None
            part = OPEN if table is hour.totals else RESTRICTED if table is hour.restricted else part_of(row.skill)
            figures = table[row] = OpenFigures(part)
            self._rows += 1
        hour.changed.add(figures.part)
        return figures

    def _hour(self, at: float, now: datetime) -> _Hour:
        # Calls that were counted together came at one moment.
        if self._last is not None and self._last[0] == at and self._last[1] is now:
            return self._last[2]
        present = hour_of(now)
        start = hour_of(datetime.fromtimestamp(at, UTC)) if at < present.timestamp() else present
        hour = self._opened(start if start >= self._oldest(now) else present)
        self._last = at, now, hour
        return hour

    def _opened(self, start: datetime) -> _Hour:
        hour = self._hours.get(start)
        if hour is None:
            hour = self._hours[start] = _Hour(start)
        return hour

    @staticmethod
    def _oldest(now: datetime) -> datetime:
        return hour_of(now - LATE)
