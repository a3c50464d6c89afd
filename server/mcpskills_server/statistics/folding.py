"""Folding what processes wrote into the hours, days and periods of everybody.

Any process may do it, several at once as well: what comes of it is the same, and nothing finer is removed before what is coarser
is kept. So whoever reads the finer first and the coarser then counts everything once; see `reading.py`.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from mcpskills.ports import Statistics
from mcpskills.statistics import packing
from mcpskills.statistics.periods import Period, merged_days
from mcpskills.statistics.sheet import DAY, GRACE, HOUR, OPEN, PARTS, RESTRICTED, Kind, Sheet, day_of, hour_of

_K = TypeVar("_K")

ALL_PARTS: Final = (*PARTS, OPEN, RESTRICTED)
_MERGED: Final = (Period.DAYS_7, Period.DAYS_30, Period.DAYS_90)
_BREATH_SECONDS: Final = 0.002
"""After each part with anything in it. Who never pauses in a thread keeps the event loop from Python for milliseconds."""


def fold(statistics: Statistics, tenant: str, now: datetime) -> None:
    """Fold all hours that are over, and make the periods of today and tomorrow. Raises `UnavailableError`."""
    end = hour_of(now - GRACE)
    written = statistics.read(tenant, Kind.WRITING, ALL_PARTS, since=end - Kind.WRITING.kept, until=end)
    for day, sheets in _by(written, lambda sheet: day_of(sheet.start)).items():
        _fold_hours(statistics, tenant, sheets)
        _fold_day(statistics, tenant, {sheet.part for sheet in sheets}, day, min(end, day + DAY))
    statistics.remove(tenant, written)
    # The day before has its last hour by now.
    for today in (day_of(end), day_of(end) + DAY):
        _merge_days(statistics, tenant, today)


def _fold_hours(statistics: Statistics, tenant: str, written: Sequence[Sheet]) -> None:
    """What is there already is whole: it was made when nobody wrote any more."""
    starts = [sheet.start for sheet in written]
    parts = {sheet.part for sheet in written}
    known = statistics.read(tenant, Kind.HOUR, parts, since=min(starts), until=max(starts) + HOUR)
    there = {(sheet.part, sheet.start) for sheet in known}
    for (part, start), sheets in _by(written, lambda sheet: (sheet.part, sheet.start)).items():
        if (part, start) not in there:
            hour = Sheet(part, Kind.HOUR, start, start + HOUR)
            statistics.put(tenant, packing.written(packing.merged(sheets), hour))


def _fold_day(statistics: Statistics, tenant: str, parts: Iterable[str], day: datetime, until: datetime) -> None:
    for part in sorted(parts):
        hours = statistics.read(tenant, Kind.HOUR, [part], since=day, until=until)
        statistics.put(tenant, packing.written(packing.merged(hours), Sheet(part, Kind.DAY, day, until)))
        time.sleep(_BREATH_SECONDS)


def _merge_days(statistics: Statistics, tenant: str, today: datetime) -> None:
    """Each period goes on from the shorter one. The sheets of `OPEN` come last: where they are, there are all others."""
    periods = [merged_days(period, today) for period in _MERGED]
    longest = periods[-1]
    if statistics.read(tenant, longest.kind, [OPEN], since=longest.since, until=longest.since + DAY):
        return
    for part in (*PARTS, OPEN):
        days = statistics.read(tenant, Kind.DAY, [part], since=longest.since, until=longest.until)
        rows: packing.Rows = {}
        until = longest.until
        for days_of in periods:
            more = [sheet for sheet in days if days_of.since <= sheet.start < until]
            packing.add_to(rows, packing.rows(more), versions=False)
            if rows or part == OPEN:
                sheet = Sheet(part, days_of.kind, days_of.since, days_of.until)
                statistics.put(tenant, packing.written(rows, sheet))
                time.sleep(_BREATH_SECONDS)
            until = days_of.since


def _by(sheets: Iterable[Sheet], key: Callable[[Sheet], _K]) -> Mapping[_K, list[Sheet]]:
    groups: defaultdict[_K, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        groups[key(sheet)].append(sheet)
    return groups
