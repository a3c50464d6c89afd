"""Looking for entries of the audit trail. It has no index: each look reads a bounded stretch of it, and says where to go on.

These functions block: routes call them in a thread.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from mcpskills.audit import AuditEntry
from mcpskills.ports import Catalog as WholeCatalog
from mcpskills_server.admin.seen_catalog import SeenCatalog

Catalog: TypeAlias = WholeCatalog | SeenCatalog

STRETCH: Final = 5_000
"""Entries that one look reads at most."""

_PAGE: Final = 500
_SLACK: Final = timedelta(minutes=5)
"""How much later an entry may stand in the trail than its time says: writers have clocks of their own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What entries are looked for; None is anything. `since` counts, `until` does not any more."""

    actor: str | None = None
    action: str | None = None
    skill: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def has(self, entry: AuditEntry) -> bool:
        said = ((self.actor, entry.actor), (self.action, entry.action), (self.skill, entry.skill))
        if any(wish is not None and wish != found for wish, found in said):
            return False
        return (self.since is None or entry.at >= self.since) and (self.until is None or entry.at < self.until)

    def is_over(self, entry: AuditEntry) -> bool:
        """Whether nothing that is wanted stands after the entry."""
        return self.until is not None and entry.at >= self.until + _SLACK


@dataclass(frozen=True, slots=True)
class Found:
    """Entries, and the sequence to go on after; None at the end."""

    entries: Sequence[AuditEntry]
    following: int | None


def forward(catalog: Catalog, tenant: str, wanted: Wanted, after: int, *, limit: int, stretch: int = STRETCH) -> Found:
    """The oldest first. The stretch may hold fewer than the limit although more follow."""
    place, found = max(after, _beginning(catalog, tenant, wanted.since)), list[AuditEntry]()
    last = place + stretch
    for page in _pages(catalog, tenant, place, last):
        for entry in page:
            if wanted.is_over(entry):
                return Found(found, None)
            place = entry.sequence
            if wanted.has(entry):
                found.append(entry)
            if len(found) == limit:
                return Found(found, place)
    # A trail that somebody cut ends before its head: whoever verifies it must get there.
    is_end = place < last or place >= catalog.audit_head(tenant).sequence
    return Found(found, None if is_end else place)


def backward(
    catalog: Catalog, tenant: str, wanted: Wanted, before: int | None, *, limit: int, stretch: int = STRETCH
) -> Found:
    """The newest first, from those below `before`; `following` is the sequence to go on before."""
    above = catalog.audit_head(tenant).sequence + 1 if before is None else before
    floor, beginning = max(above - 1 - stretch, 0), _beginning(catalog, tenant, wanted.since)
    found: list[AuditEntry] = []
    while above - 1 > max(floor, beginning):
        below = max(above - 1 - _PAGE, floor, beginning)
        for entry in reversed(catalog.audit_after(tenant, below, above - 1 - below)):
            above = entry.sequence
            if wanted.has(entry):
                found.append(entry)
            if len(found) == limit:
                return Found(found, above if above - 1 > beginning else None)
        above = below + 1
    return Found(found, above if above - 1 > beginning else None)


def everything(catalog: Catalog, tenant: str, wanted: Wanted) -> Iterator[Sequence[AuditEntry]]:
    """All that is wanted until now, the oldest first, page by page."""
    last = catalog.audit_head(tenant).sequence
    for page in _pages(catalog, tenant, _beginning(catalog, tenant, wanted.since), last):
        yield [entry for entry in page if wanted.has(entry)]
        if wanted.is_over(page[-1]):
            return


def _pages(catalog: Catalog, tenant: str, after: int, last: int) -> Iterator[Sequence[AuditEntry]]:
    while after < last and (page := catalog.audit_after(tenant, after, min(_PAGE, last - after))):
        yield page
        after = page[-1].sequence


def _beginning(catalog: Catalog, tenant: str, since: datetime | None) -> int:
    """The sequence after which everything stands that happened since; found by halving."""
    if since is None:
        return 0
    low, high = 0, catalog.audit_head(tenant).sequence
    while low < high:
        middle = (low + high) // 2
        found = catalog.audit_after(tenant, middle, 1)
        if found and found[0].at + _SLACK < since:
            low = middle + 1
        else:
            high = middle
    return low
