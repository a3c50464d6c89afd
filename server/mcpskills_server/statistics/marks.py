"""When which version of a skill went live, from the audit trail: read once by generations, and from then on only what follows."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

from mcpskills.audit import AuditEntry
from mcpskills.ports import Catalog

MOST_OF_SKILL: Final = 100
"""Marks of a skill; older ones go."""

MOST_READ: Final = 20_000
"""Generations that are read at first: of an older change nothing is told."""

_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Mark:
    """`version` went live by an action of the audit trail, such as `publish`; None when none did. `before` was live before."""

    at: datetime
    kind: str
    version: int | None
    before: int | None


class Marks:
    """Of one tenant. May be used from any thread."""

    def __init__(self, catalog: Catalog, tenant: str) -> None:
        self._catalog = catalog
        self._tenant = tenant
        self._lock = Lock()
        self._read: int | None = None
        self._marks: defaultdict[str, deque[Mark]] = defaultdict(lambda: deque(maxlen=MOST_OF_SKILL))

    def of(self, skill: str, since: datetime) -> Sequence[Mark]:
        """The newest first. Raises `UnavailableError`."""
        with self._lock:
            self._follow()
            known = self._marks.get(skill, ())
            return [mark for mark in reversed(known) if mark.at >= since]

    def _follow(self) -> None:
        last = self._catalog.generation(self._tenant)
        if self._read is None or last < self._read:
            self._read = max(last - MOST_READ, 0)
            self._marks.clear()
        while self._read < last:
            upto = min(self._read + _PAGE, last)
            entries = self._catalog.releases(self._tenant, self._read + 1, upto)
            self._note(sorted(entries, key=lambda entry: entry.generation))
            self._read = upto

    def _note(self, entries: Iterable[AuditEntry]) -> None:
        for entry in entries:
            live, before = entry.detail.get("live"), entry.detail.get("was_live")
            if entry.skill is None or "live" not in entry.detail or live == before:
                continue
            if isinstance(live, int | None) and isinstance(before, int | None):
                self._marks[entry.skill].append(Mark(entry.at, entry.action, live, before))
