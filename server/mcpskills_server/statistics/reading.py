"""Reading figures of a period from the coarsest sheets that have them. These functions block: routes call them in a thread.

The finer is read before the coarser, and passed over where the coarser has it: what is folded meanwhile is then counted once.
"""

import hashlib
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
    """The sheets of those skills that share a part: of the days before, and of what is not merged with them yet."""

    name: str
    before: list[Sheet]
    lately: list[Sheet]

    @property
    def digest(self) -> bytes:
        """Another one when the figures may be others."""
        made = hashlib.blake2b(digest_size=16)
        for sheet in sorted((*self.before, *self.lately), key=_place):
            made.update(repr((*_place(sheet), len(sheet.body))).encode())
            made.update(sheet.body)
        return made.digest()

    def rows(self) -> Rows:
        """The figures of each skill, all versions together."""
        # What is merged into something is what costs, and most calls came before.
        rows = packing.merged(self.before, versions=False)
        packing.add_to(rows, packing.rows(self.lately), versions=False)
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
        finer, coarser = self._sheets_of_all(period)
        parts = {name: PartOfAll(name, [], []) for name in PARTS}
        for sheet in coarser:
            parts[sheet.part].before.append(sheet)
        for sheet in finer:
            parts[sheet.part].lately.append(sheet)
        return list(parts.values())

    def _sheets_of_all(self, period: Period) -> tuple[Sequence[Sheet], Sequence[Sheet]]:
        """Those of hours or days, and those that have the days before, if they are made yet."""
        now = self.now()
        within = window(period, now)
        if within.kind is Kind.HOUR:
            return list(self._sheets(PARTS, within)), ()
        today = day_of(now)
        days = merged_days(period, today)
        if not self._read(days.kind, (OPEN,), days.since, days.since + DAY):
            return list(self._sheets(PARTS, within)), ()
        finer = list(self._sheets(PARTS, Window(days.until, within.until, DAY, Kind.DAY)))
        return finer, self._read(days.kind, PARTS, days.since, days.since + DAY)

    def _slots(self, parts: Sequence[str], within: Window, wanted: Callable[[str], bool]) -> Slots:
        slots: dict[datetime, Rows] = {start: {} for start in within.slots}
        by_slot: dict[datetime, list[Sheet]] = {start: [] for start in slots}
        for sheet in self._sheets(parts, within):
            by_slot[within.slot_of(sheet.start)].append(sheet)
        for start, sheets in by_slot.items():
            packing.add_to(slots[start], packing.rows(sheets, wanted))
        return slots

    def _sheets(self, parts: Collection[str], within: Window) -> Iterator[Sheet]:
        """What there is of these parts, nothing twice."""
        # What is older is folded, or will be in a moment.
        since = max(within.since, day_of(self.now()) - DAY)
        written = self._read(Kind.WRITING, parts, since, within.until) if since < within.until else ()
        folded = self._read(within.kind, parts, within.since, within.until)
        counted = {(sheet.part, sheet.start): sheet.until for sheet in folded}
        yield from folded
        for sheet in written:
            until = counted.get((sheet.part, within.slot_of(sheet.start)))
            if until is None or sheet.start >= until:
                yield sheet

    def _read(self, kind: Kind, parts: Collection[str], since: datetime, until: datetime) -> Sequence[Sheet]:
        return self.statistics.read(self.tenant, kind, parts, since=since, until=until)


def _place(sheet: Sheet) -> tuple[str, datetime, str, int]:
    return sheet.kind, sheet.start, sheet.writer, sheet.leaf


def together(figures: Iterable[Figures]) -> Figures:
    """All of them merged; they stay as they are."""
    merged = Figures()
    for each in figures:
        merged.merge(each)
    return merged


def total(slots: Slots) -> Figures:
    """The figures of all slots together."""
    return together(figures for rows in slots.values() for figures in rows.values())
