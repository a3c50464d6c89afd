"""Folding what processes wrote into the hours, days and periods of everybody.

Any process may do it, several at once as well: what comes of it is the same, and nothing finer is removed before what is coarser
is kept. So whoever reads the finer first and the coarser then counts everything once; see `reading.py`.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

import structlog

from mcpskills.ports import Statistics
from mcpskills.statistics import packing
from mcpskills.statistics.periods import Period, merged_days
from mcpskills.statistics.sheet import DAY, GRACE, HOUR, OPEN, PARTS, RESTRICTED, Kind, Sheet, day_of, hour_of

_log = structlog.get_logger(__name__)

_K = TypeVar("_K")

ALL_PARTS: Final = (*PARTS, OPEN, RESTRICTED)
_MERGED: Final = (Period.DAYS_7, Period.DAYS_30, Period.DAYS_90)
_BREATH_SECONDS: Final = 0.002
"""After each part with anything in it. Who never pauses in a thread keeps the event loop from Python for milliseconds."""


def fold(statistics: Statistics, tenant: str, now: datetime) -> None:
    """Fold all hours that are over, and make the periods of today and tomorrow. Raises `UnavailableError`.

    The last hour is looked at again with the one after it, and what was written in it kept until then: who could not write for a
    while has their calls counted all the same.
    """
    end = hour_of(now - GRACE)
    written = _written(statistics, tenant, end)
    before = [sheet for sheet in written if sheet.start < end - HOUR]
    last = [sheet for sheet in written if sheet.start >= end - HOUR]
    made = _fold_last_hour(statistics, tenant, last)
    _fold_hours(statistics, tenant, before)
    for day, sheets in _by([*before, *made], lambda sheet: day_of(sheet.start)).items():
        _fold_day(statistics, tenant, {sheet.part for sheet in sheets}, day, min(end, day + DAY))
    for today in (day_of(end), day_of(end) + DAY):
        longest = merged_days(_MERGED[-1], today)
        if not any(longest.has(sheet.start) for sheet in last):
            _merge_days(statistics, tenant, today, anew=any(longest.has(sheet.start) for sheet in before))
    # What was written meanwhile is not folded yet: it stays for the next time.
    same = frozenset(_written(statistics, tenant, end) if before else ())
    statistics.remove(tenant, [sheet for sheet in before if sheet in same])


def _written(statistics: Statistics, tenant: str, end: datetime) -> Sequence[Sheet]:
    return statistics.read(tenant, Kind.WRITING, ALL_PARTS, since=end - Kind.WRITING.kept, until=end)


def _fold_last_hour(statistics: Statistics, tenant: str, written: Sequence[Sheet]) -> Sequence[Sheet]:
    """Returns what was written in the parts that nobody has folded yet."""
    known = _hours(statistics, tenant, written)
    new = [sheet for sheet in written if (sheet.part, sheet.start) not in known]
    for (part, start), sheets in _by_hour(new).items():
        _put_hour(statistics, tenant, Sheet(part, Kind.HOUR, start, start + HOUR), packing.merged(sheets))
    return new


def _fold_hours(statistics: Statistics, tenant: str, written: Sequence[Sheet]) -> None:
    """What is folded already is made anew where more is written by now; less is what somebody who removed it left."""
    known = _hours(statistics, tenant, written)
    for (part, start), sheets in _by_hour(written).items():
        rows = packing.merged(sheets)
        there, found = (_requests(each) for each in (packing.merged(known.get((part, start), ())), rows))
        if found > there:
            _put_hour(statistics, tenant, Sheet(part, Kind.HOUR, start, start + HOUR), rows)
        elif found < there:
            _log.warning(
                "calls that were told hours too late may be missing in the statistics", hour=str(start), calls=found
            )


def _put_hour(statistics: Statistics, tenant: str, hour: Sheet, rows: packing.Rows) -> None:
    statistics.put(tenant, packing.written(rows, hour))
    time.sleep(_BREATH_SECONDS)


def _hours(statistics: Statistics, tenant: str, written: Sequence[Sheet]) -> Mapping[tuple[str, datetime], list[Sheet]]:
    """What is folded already of the hours in which that was written."""
    if not written:
        return {}
    starts, parts = [sheet.start for sheet in written], {sheet.part for sheet in written}
    return _by_hour(statistics.read(tenant, Kind.HOUR, parts, since=min(starts), until=max(starts) + HOUR))


def _requests(rows: packing.Rows) -> int:
    return sum(figures.calls + figures.dropped for figures in rows.values())


def _fold_day(statistics: Statistics, tenant: str, parts: Iterable[str], day: datetime, until: datetime) -> None:
    for part in sorted(parts):
        hours = statistics.read(tenant, Kind.HOUR, [part], since=day, until=until)
        statistics.put(tenant, packing.written(packing.merged(hours), Sheet(part, Kind.DAY, day, until)))
        time.sleep(_BREATH_SECONDS)


def _merge_days(statistics: Statistics, tenant: str, today: datetime, *, anew: bool) -> None:
    """Each period goes on from the shorter one. The sheets of `OPEN` come last: where they are, there are all others."""
    periods = [merged_days(period, today) for period in _MERGED]
    longest = periods[-1]
    if not anew and statistics.read(tenant, longest.kind, [OPEN], since=longest.since, until=longest.since + DAY):
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


def _by_hour(sheets: Iterable[Sheet]) -> Mapping[tuple[str, datetime], list[Sheet]]:
    return _by(sheets, lambda sheet: (sheet.part, sheet.start))


def _by(sheets: Iterable[Sheet], key: Callable[[Sheet], _K]) -> Mapping[_K, list[Sheet]]:
    groups: defaultdict[_K, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        groups[key(sheet)].append(sheet)
    return groups
