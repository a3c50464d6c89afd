"""Reading figures of a period from the coarsest sheets that have them. These functions block: routes call them in a thread.

The finer is read before the coarser, and passed over where the coarser has it: what is folded meanwhile is then counted once.
"""

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcpskills.ports import Statistics
from mcpskills.statistics import packing
from mcpskills.statistics.figures import Figures
from mcpskills.statistics.packing import NOBODYS, Row, Rows
from mcpskills.statistics.periods import Period, Window, merged_days, window
from mcpskills.statistics.sheet import DAY, OPEN, PARTS, RESTRICTED, Kind, Sheet, day_of, part_of

Slots = Mapping[datetime, Rows]
"""Rows by the beginning of their slot, the oldest first; slots without calls are there as well."""


@dataclass(frozen=True, slots=True)
class PartOfAll:
    """The sheets of those skills that share a part: what is folded, and what processes wrote since."""

    name: str
    folded: list[Sheet]
    written: list[Sheet]

    def rows(self) -> Rows:
        """The figures of each skill, all versions together."""
        rows = packing.merged(self.folded, versions=False)
        packing.add_to(rows, packing.rows(self.written), versions=False)
        return rows

    def rows_of_written(self) -> Rows:
        """The same, of those skills only that somebody called since: the others cost next to nothing."""
        since = packing.merged(self.written, versions=False)
        called = {row.skill for row in since}
        rows = dict(packing.merged(self.folded, called.__contains__, versions=False))
        packing.add_to(rows, since.items())
        return rows


@dataclass(frozen=True, slots=True)
class Reader:
    """A tenant's figures; `now` is the clock."""

    statistics: Statistics
    tenant: str
    now: Callable[[], datetime]

    def totals(self, period: Period, hidden: frozenset[str]) -> Slots:
        """The totals of each slot, as `NOBODYS`, for somebody from whom these skills are hidden."""
        slots = self._slots((OPEN, RESTRICTED), window(period, self.now()), lambda skill: skill not in hidden)
        return {start: {NOBODYS: together(rows.values())} for start, rows in slots.items()}

    def of_skill(self, skill: str, within: Window) -> Slots:
        """The figures of each version of a skill; of calls whose version is not known, with None for it."""
        return self._slots((part_of(skill),), within, lambda name: name == skill)

    def of_all(self, period: Period) -> Iterator[tuple[Row, Figures]]:
        """The figures of every skill that was called, all versions together."""
        for part in self.parts_of_all(period):
            yield from part.rows().items()

    def parts_of_all(self, period: Period) -> Sequence[PartOfAll]:
        """The same, part by part, before it is unpacked."""
        folded, written = self._sheets_of_all(period)
        parts = {name: PartOfAll(name, [], []) for name in PARTS}
        for sheet in folded:
            parts[sheet.part].folded.append(sheet)
        for sheet in written:
            parts[sheet.part].written.append(sheet)
        return list(parts.values())

    def _sheets_of_all(self, period: Period) -> tuple[Sequence[Sheet], Sequence[Sheet]]:
        """What is folded, in as few sheets as there are, and what is written since."""
        now = self.now()
        within = window(period, now)
        if within.kind is Kind.HOUR:
            return self._sheets(PARTS, within)
        days = merged_days(period, day_of(now))
        if not self._read(days.kind, (OPEN,), days.since, days.since + DAY):
            return self._sheets(PARTS, within)
        written = self._read(Kind.WRITING, PARTS, within.since, within.until)
        # What was left in a day before is in no sheet of several days until it is folded.
        left = {sheet.part for sheet in written if sheet.start < days.until}
        folded = [
            *self._read(Kind.DAY, PARTS, days.until, within.until),
            *self._read(Kind.DAY, left, days.since, days.until),
            *self._read(days.kind, [part for part in PARTS if part not in left], days.since, days.since + DAY),
        ]
        return folded, _not_in(folded, written, within)

    def _slots(self, parts: Sequence[str], within: Window, wanted: Callable[[str], bool]) -> Slots:
        slots: dict[datetime, Rows] = {start: {} for start in within.slots}
        by_slot: dict[datetime, list[Sheet]] = {start: [] for start in slots}
        for sheet in itertools.chain(*self._sheets(parts, within)):
            by_slot[within.slot_of(sheet.start)].append(sheet)
        for start, sheets in by_slot.items():
            packing.add_to(slots[start], packing.rows(sheets, wanted))
        return slots

    def _sheets(self, parts: Collection[str], within: Window) -> tuple[Sequence[Sheet], Sequence[Sheet]]:
        """What is folded of these parts, and what is written and not in it."""
        written = self._read(Kind.WRITING, parts, within.since, within.until)
        folded = self._read(within.kind, parts, within.since, within.until)
        return folded, _not_in(folded, written, within)

    def _read(self, kind: Kind, parts: Collection[str], since: datetime, until: datetime) -> Sequence[Sheet]:
        return self.statistics.read(self.tenant, kind, parts, since=since, until=until)


def _not_in(folded: Iterable[Sheet], written: Iterable[Sheet], within: Window) -> Sequence[Sheet]:
    """What is written of hours that the sheets of its slot do not have, however long ago it was left."""
    counted = {(sheet.part, sheet.start): sheet.until for sheet in folded if sheet.kind is within.kind}
    return [
        sheet
        for sheet in written
        if (until := counted.get((sheet.part, within.slot_of(sheet.start)))) is None or sheet.start >= until
    ]


def together(figures: Iterable[Figures]) -> Figures:
    """All of them merged; they stay as they are."""
    merged = Figures()
    for each in figures:
        merged.merge(each)
    return merged


def total(slots: Slots) -> Figures:
    """The figures of all slots together."""
    return together(figures for rows in slots.values() for figures in rows.values())
