"""What one process has counted in the hours that are not over for it: a bounded number of figures, written whole each time."""

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from mcpskills.statistics import packing
from mcpskills.statistics.call import Batch, Call, Concern
from mcpskills.statistics.figures import OpenFigures
from mcpskills.statistics.grid import SHARED, Grid, Places
from mcpskills.statistics.latencies import OpenLatencies, bin_of
from mcpskills.statistics.packing import NOBODYS, Row
from mcpskills.statistics.sheet import HOUR, LATE, OPEN, RESTRICTED, Kind, Sheet, hour_of, part_of

MOST_ROWS: Final = 20_000
"""Versions of skills that a process counts at once, some 500 bytes each with a single caller, and up to 100 KB for one that
thousands call; calls of more count in everybody's totals only, and those of a restricted skill in its totals if it has any.
"""

_AT_ONCE: Final = 256
"""Rows that are looked at, and calls that are counted, between two rests."""

MOST_ALIKE: Final = 65_536
"""Of calls that are counted together, as many different ones are known at once."""

_MOST_OF_ALL: Final = 4_096
"""Calls that wait to be counted in everybody's totals; to count more at once would hold up requests."""

_HOW_BITS: Final = 16

Told: TypeAlias = Callable[[Any, int], tuple[Concern, str]]
"""Tells what calls are about that are alike, and who made them."""


class _Room:
    """How many rows there are in all hours of a process, and may be."""

    __slots__ = ("most", "rows")

    def __init__(self, most: int) -> None:
        self.most = most
        self.rows = 0


class _Placed:
    """The figures of places, and how many sightings they and everybody's totals were told of."""

    __slots__ = ("figures", "places", "told")

    def __init__(self, places: Places | None) -> None:
        self.places = places
        self.figures: dict[int, OpenFigures] = {}
        self.told = 0


class _Hour:
    """What was counted in an hour. `rows` are of all parts of skills: a call finds its row without reckoning its part anew."""

    __slots__ = ("_placed", "_room", "changed", "restricted", "rows", "start", "totals")

    def __init__(self, start: datetime, room: _Room) -> None:
        self.start = start
        self.totals: dict[Row, OpenFigures] = {}
        self.restricted: dict[Row, OpenFigures] = {}
        self.rows: dict[Row, OpenFigures] = {}
        self.changed: set[str] = set()
        self._room = room
        self._placed = _Placed(None)

    def __len__(self) -> int:
        return len(self.totals) + len(self.restricted) + len(self.rows)

    def of_all(self) -> OpenFigures:
        """The totals that everybody sees, to be changed."""
        figures = self.totals.get(NOBODYS)
        if figures is None:
            figures = self._begin(self.totals, NOBODYS, OPEN)
        self.changed.add(OPEN)
        return figures

    def of_restricted(self, skill: str) -> OpenFigures | None:
        """The totals of a skill that not everybody sees, to be changed; None where there is no room."""
        row = Row(skill)
        figures = self.restricted.get(row)
        if figures is None:
            if self._room.rows >= self._room.most:
                return None
            figures = self._begin(self.restricted, row, RESTRICTED)
        self.changed.add(RESTRICTED)
        return figures

    def of_version(self, skill: str, version: int | None) -> OpenFigures | None:
        """The figures of a version, to be changed; None where there is no room."""
        row = Row(skill, version)
        figures = self.rows.get(row)
        if figures is None:
            if self._room.rows >= self._room.most:
                return None
            figures = self._begin(self.rows, row, part_of(skill))
        self.changed.add(figures.part)
        return figures

    def placed(self, places: Places) -> "_Placed":
        """What is known of these places in this hour; of others before it is forgotten."""
        if self._placed.places is not places:
            self._placed = _Placed(places)
        return self._placed

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

    def _begin(self, table: dict[Row, OpenFigures], row: Row, part: str) -> OpenFigures:
        figures = table[row] = OpenFigures(part)
        self._room.rows += 1
        return figures


class OpenHours:
    """May be used from any thread, by one at a time."""

    def __init__(self, writer: str, *, most_rows: int = MOST_ROWS, most_alike: int = MOST_ALIKE) -> None:
        """`writer` tells this process from all others, and from itself before it was started anew."""
        self._writer = writer
        self._hours: dict[datetime, _Hour] = {}
        self._room = _Room(most_rows)
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
        counting = _Counting(self._hour(at, now), int(at), told, self._most_alike)
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
        summing = _Summing(self._hour(grid.at, now), grid, rest)
        try:
            summing.count()
            summing.tell()
        finally:
            summing.sum_up()
            self.left_out += summing.left_out
            self.miss(len(grid) - summing.counted, now)

    def miss(self, calls: int, now: datetime) -> None:
        """Count calls of which only the number is known."""
        if calls:
            self._opened(hour_of(now)).of_all().dropped += calls

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
        for hour in [each for each in self._hours.values() if each.start < self._oldest(now) and not each.changed]:
            self._room.rows -= len(self._hours.pop(hour.start))

    def _hour(self, at: float, now: datetime) -> _Hour:
        present = hour_of(now)
        start = hour_of(datetime.fromtimestamp(at, UTC)) if at < present.timestamp() else present
        return self._opened(start if start >= self._oldest(now) else present)

    def _opened(self, start: datetime) -> _Hour:
        hour = self._hours.get(start)
        if hour is None:
            hour = self._hours[start] = _Hour(start, self._room)
        return hour

    @staticmethod
    def _oldest(now: datetime) -> datetime:
        return hour_of(now - LATE)


class _Counting:
    """Counts a batch. What is the same for calls that are alike is looked for and written once."""

    def __init__(self, hour: _Hour, at: int, told: Told, most_alike: int) -> None:
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
                if not counted % _AT_ONCE:
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


class _Summing:
    """Counts a grid. Where calls go is looked for once for each place."""

    def __init__(self, hour: _Hour, grid: Grid, rest: Callable[[], None]) -> None:
        self._hour = hour
        self._grid = grid
        self._rest = rest
        self._at = int(grid.at)
        self._placed = hour.placed(grid.places)
        self._rows: dict[int, OpenLatencies] = {}
        self._begun: dict[int, OpenFigures] = {}
        self._of_all: Counter[int] = Counter()
        self._left_out = OpenLatencies()

    @property
    def left_out(self) -> int:
        """Calls that there was no room for."""
        return self._left_out.count

    @property
    def counted(self) -> int:
        return self._of_all.total()

    def count(self) -> None:
        rows, of_all = self._rows, self._of_all
        # For totals there is room whatever else there is.
        self._hour.of_all()
        for place, which, calls in self._grid.calls(self._rest):
            row = rows.get(place)
            if row is None:
                row = rows[place] = self._row(place)
            row.add(which, calls)
            of_all[which] += calls

    def tell(self) -> None:
        """Have all figures know who was seen: those that are begun of everybody, all others of who is new.

        Where it is not done to its end it is done again with the next grid, and figures that were not told are begun anew.
        """
        placed, totals = self._placed, self._hour.of_all()
        done = 0 if self._begun else placed.told
        for caller, place in self._grid.places.sightings(done):
            if not done % _AT_ONCE:
                self._rest()
            is_new = done >= placed.told
            done += 1
            if is_new:
                totals.users.observe(caller)
            figures = self._begun.get(place) or (placed.figures.get(place) if is_new else None)
            if figures is not None:
                figures.users.observe(caller)
        placed.figures.update(self._begun)
        placed.told = done

    def sum_up(self) -> None:
        """Count in everybody's totals."""
        if not self._of_all:
            return
        totals = self._hour.of_all()
        totals.see(self._at, None)
        for which, calls in self._of_all.items():
            totals.latencies.add(which, calls)

    def _row(self, place: int) -> OpenLatencies:
        figures = self._placed.figures.get(place)
        if figures is not None:
            self._hour.changed.add(figures.part)
        elif place != SHARED:
            figures = self._hour.of_version(*self._grid.places.version(place))
            if figures is not None:
                self._begun[place] = figures
        if figures is None:
            return self._left_out
        figures.see(self._at, None)
        return figures.latencies
