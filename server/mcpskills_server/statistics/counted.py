"""What somebody may be told of statistics: the figures of the skills that they see."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mcpskills.errors import UnavailableError
from mcpskills.ports import Catalog, Statistics
from mcpskills.statistics.packing import NOBODYS, Row
from mcpskills.statistics.periods import Period, Window, hours, window
from mcpskills.statistics.sheet import DAY, HOUR, Kind, hour_of
from mcpskills_server.statistics.marks import Mark, Marks
from mcpskills_server.statistics.ranking import Numbers, Ranking, Rankings, numbers
from mcpskills_server.statistics.reading import Reader, Slots, together, total

AROUND: Final = DAY
"""How long before and after a version goes live its figures are held against each other."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of a period, and of each of its slots, the oldest first. `dropped` were not recorded."""

    whole: Numbers
    slots: Sequence[tuple[datetime, Numbers]]
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class OfVersion:
    """`calls` are those of each slot, as in the skill's own."""

    version: int | None
    whole: Numbers
    calls: Sequence[int]


@dataclass(frozen=True, slots=True)
class Moved:
    """A version that went live, with the figures of the skill before and after; None where hours are not kept any more."""

    mark: Mark
    before: Numbers | None
    after: Numbers | None


@dataclass(frozen=True, slots=True)
class Counted:
    """These functions block: routes call them in a thread. All raise `UnavailableError`."""

    reader: Reader
    rankings: Rankings
    marks: Marks
    hidden: frozenset[str] = frozenset()

    @classmethod
    def whole(cls, statistics: Statistics, catalog: Catalog, tenant: str, now: Callable[[], datetime]) -> "Counted":
        """For who sees every skill."""
        reader = Reader(statistics, tenant, now)
        return cls(reader, Rankings(reader), Marks(catalog, tenant))

    def without(self, hidden: frozenset[str]) -> "Counted":
        """For who does not see these skills."""
        return replace(self, hidden=self.hidden | hidden)

    @property
    def wanted(self) -> bool:
        """Whether anybody has asked for the figures of all skills."""
        return self.rankings.wanted

    def prepare(self) -> Iterator[None]:
        """Reckon the figures of all skills, a piece at a time, so that who asks for them does not wait; for everybody at once."""
        return self.rankings.prepare()

    def totals(self, period: Period) -> Totals:
        slots = self.reader.totals(period, self.hidden)
        whole = total(slots)
        told = [(start, numbers(rows[NOBODYS])) for start, rows in slots.items()]
        return Totals(numbers(whole), told, whole.dropped)

    def ranking(self, period: Period) -> Ranking:
        ranking = self.rankings.of(period)
        if not self.hidden:
            return ranking
        return {skill: each for skill, each in ranking.items() if skill not in self.hidden}

    def of_skill(self, skill: str, period: Period) -> tuple[Totals, Sequence[OfVersion]]:
        """The skill's figures, and those of its versions, the newest first; nothing of a hidden one."""
        within = self._window(period)
        slots: Slots = {start: {} for start in within.slots}
        if skill not in self.hidden:
            slots = self.reader.of_skill(skill, within)
        told = [(start, numbers(together(rows.values()))) for start, rows in slots.items()]
        totals = Totals(numbers(total(slots)), told)
        versions = {row.version for rows in slots.values() for row in rows}
        newest_first = sorted(versions, key=lambda version: version or 0, reverse=True)
        return totals, [_of_version(skill, version, slots) for version in newest_first]

    def moves(self, skill: str, period: Period, most: int) -> Sequence[Moved]:
        """The newest first."""
        if skill in self.hidden:
            return ()
        since = self._window(period).since
        return [self._moved(skill, mark) for mark in self.marks.of(skill, since)[:most]]

    def _moved(self, skill: str, mark: Mark) -> Moved:
        hour = hour_of(mark.at)
        if hour - AROUND < self.reader.now() - Kind.HOUR.kept + DAY:
            return Moved(mark, None, None)
        slots = self.reader.of_skill(skill, hours(hour - AROUND, hour + HOUR + AROUND))
        # In the hour of the move the version tells what came after it.
        earlier = {start: rows for start, rows in slots.items() if start < hour}
        later = {start: rows for start, rows in slots.items() if start > hour}
        before, after = total(earlier), total(later)
        for row, figures in slots[hour].items():
            (after if row.version == mark.version else before).merge(figures)
        return Moved(mark, numbers(before), numbers(after))

    def _window(self, period: Period) -> Window:
        return window(period, self.reader.now())


def expected(kept: Counted | None) -> Counted:
    """Raises `UnavailableError` where nothing is counted."""
    if kept is None:
        raise UnavailableError("This server has no place for statistics.")
    return kept


def _of_version(skill: str, version: int | None, slots: Slots) -> OfVersion:
    row = Row(skill, version)
    calls = [rows[row].calls if row in rows else 0 for rows in slots.values()]
    return OfVersion(version, numbers(together(rows[row] for rows in slots.values() if row in rows)), calls)
