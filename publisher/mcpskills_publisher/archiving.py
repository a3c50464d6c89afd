"""Keeping past days of the journal for a year, a part after each reconcile, until all that is there is archived.

What was done already is read from the archive itself, so that whoever has the lease goes on where another one ended.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

import structlog

from mcpskills import journal, journal_archive
from mcpskills.errors import CorruptedError, McpSkillsError
from mcpskills.journal_archive import Part
from mcpskills.ports import Journal, Lease, ObjectStore

_log = structlog.get_logger(__name__)

SETTLED = timedelta(hours=1)
"""After the end of a day: a record has the time at which its request came, and is written when that was answered."""

_ONE_DAY = timedelta(days=1)
_LONGEST_SECONDS = 0.25
"""Of looking through days, which a push may have to wait for: one without requests takes sixteen questions to DynamoDB."""

_REMOVED_AT_ONCE = 500
_AT_ONCE = 25
_BREATH_SECONDS = 0.000_5
"""After so many lines, for the event loop of whoever serves in the same process."""


@dataclass(slots=True)
class Archive:
    """Of one tenant's journal. `now` is the clock."""

    journal: Journal
    objects: ObjectStore
    tenant: str
    now: Callable[[], datetime]
    _done: date | None = field(default=None, init=False)
    """The last day of which it is known that it, and all before, are archived."""

    def go_on(self, lease: Callable[[], Lease]) -> bool:
        """Archive at most one full part, and look at days for a moment; whether there is more to do.

        Once a day is archived, this costs nothing until the next.

        What fails is logged, and tried again by the next call; no reason to fail.
        """
        try:
            return self._go_on(lease)
        except McpSkillsError as error:
            _log.error("the journal is not archived", tenant=self.tenant, reason=error.message)
        except Exception:  # noqa: BLE001 what was published stands, whatever is wrong with the journal
            _log.exception("the journal is not archived", tenant=self.tenant)
        return False

    def _go_on(self, lease: Callable[[], Lease]) -> bool:
        last = (self.now() - SETTLED).date() - _ONE_DAY
        if self._done == last:
            return False
        began = time.monotonic()
        for day, names in self._missing(last):
            if time.monotonic() - began > _LONGEST_SECONDS:
                return True
            try:
                if not self._ended(day, names, lease):
                    return True
            except CorruptedError as error:
                _log.error("a day is not archived", tenant=self.tenant, day=str(day), reason=error.message)
            self._done = day
        if not self._outdated_removed(lease):
            return True
        self._done = last
        return False

    def _missing(self, last: date) -> list[tuple[date, list[str]]]:
        """The days up to the last that are not archived, and the names that there are of each; the oldest first."""
        oldest = (self.now() - journal.KEPT).date()
        first = max(oldest, self._done + _ONE_DAY) if self._done else oldest
        days: dict[str, list[str]] = {}
        for name in self.objects.names(after=journal_archive.end_name(first - _ONE_DAY)):
            days.setdefault(name.rpartition("/")[0], []).append(name)
        every = (first + number * _ONE_DAY for number in range((last - first).days + 1))
        found = ((day, days.get(journal_archive.folder(day), [])) for day in every)
        return [(day, names) for day, names in found if journal_archive.complete_name(day) not in names]

    def _ended(self, day: date, names: list[str], lease: Callable[[], Lease]) -> bool:
        """Write the day's next part, and whether the day is archived by that. One without invocations has none, nor a mark."""
        number, cursor = 0, None
        if (before := journal_archive.last_part(day, names)) is not None:
            number = before + 1
            cursor = journal_archive.last_id(self.objects.get(journal_archive.part_name(day, before)))
        part, more = self._filled(day, cursor)
        if part.invocations:
            lease()
            # Another one that wrote it meanwhile took other invocations, maybe: look again.
            if not self.objects.put(journal_archive.part_name(day, number), part.content()):
                return False
            number += 1
        if more:
            return False
        if number:
            lease()
            self.objects.put(journal_archive.complete_name(day), journal_archive.complete(day, number))
            _log.info("day of the journal archived", tenant=self.tenant, day=str(day), parts=number)
        return True

    def _filled(self, day: date, cursor: str | None) -> tuple[Part, bool]:
        """The part after the cursor, and whether there may be more after it."""
        part, which = Part(), journal_archive.within(day)
        while True:
            page = self.journal.page(self.tenant, which, cursor=cursor, limit=journal.MOST_ON_A_PAGE)
            for number, invocation in enumerate(page.invocations, 1):
                part.add(invocation)
                if not number % _AT_ONCE:
                    time.sleep(_BREATH_SECONDS)
            cursor = page.cursor
            if cursor is None or part.full:
                return part, cursor is not None

    def _outdated_removed(self, lease: Callable[[], Lease]) -> bool:
        """Remove what is older than is kept, some at once; whether that was all."""
        now, first = self.now(), islice(self.objects.names(), _REMOVED_AT_ONCE)
        outdated = [name for name in first if journal_archive.outdated(name, now)]
        if outdated:
            lease()
        for name in outdated:
            self.objects.remove(name)
        return len(outdated) < _REMOVED_AT_ONCE
