"""Reading figures of a period from the coarsest sheets that have them. These functions block: routes call them in a thread.

The finer is read before the coarser, and passed over where the coarser has it: what is folded meanwhile is then counted once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcpskills.ports import Statistics
from mcpskills.statistics import packing
from mcpskills.statistics.figures import Figures
from mcpskills.statistics.packing import NOBODYS, Rows
from mcpskills.statistics.periods import Period, Window, merged_days, window
from mcpskills.statistics.sheet import DAY, OPEN, PARTS, RESTRICTED, Kind, Sheet, day_of, part_of

Slots = Mapping[datetime, Rows]
"""Rows by the beginning of their slot, the oldest first; slots without calls are there as well."""


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

    def of_all(self, period: Period) -> Rows:
        """The figures of every skill that was called, all versions together."""
        now = self.now()
        within = window(period, now)
        if within.kind is Kind.HOUR:
            return packing.merged(self._sheets(PARTS, within), versions=False)
        today = day_of(now)
        days = merged_days(period, today)
        is_merged = self._read(days.kind, (OPEN,), days.since, days.since + DAY)
        recent = Window(days.until, within.until, DAY, Kind.DAY) if is_merged else within
        rows = packing.merged(self._sheets(PARTS, recent), versions=False)
        if is_merged:
            packing.add_to(rows, packing.rows(self._read(days.kind, PARTS, days.since, days.since + DAY)))
        return rows

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


def together(figures: Iterable[Figures]) -> Figures:
    """All of them merged; they stay as they are."""
    merged = Figures()
    for each in figures:
        merged.merge(each)
    return merged


def total(slots: Slots) -> Figures:
    """The figures of all slots together."""
    return together(figures for rows in slots.values() for figures in rows.values())
