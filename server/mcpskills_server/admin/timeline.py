"""Routes about what went live when, and about what may not."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Query

from mcpskills import fleet, restricting
from mcpskills.audit import AuditEntry
from mcpskills.errors import InvalidInputError, UnavailableError
from mcpskills.fleet import Step
from mcpskills.version import Quarantine
from mcpskills_server.admin import cursors
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.reading import MOST_PER_PAGE
from mcpskills_server.admin.release_models import QuarantinedView, QuarantinePage, ReleasePage, ReleaseView

_STRETCH: Final = 1_000
"""Generations that one page looks at, about: a caller may see few of them."""

_DIGITS: Final = 15

Limit = Annotated[int | None, Query(ge=1, le=MOST_PER_PAGE, description="Rows of a page.")]
Cursor = Annotated[str | None, Query(max_length=10_000, description="`next_cursor` of the page before.")]


class Timeline:
    """Reads the trail by generations, and the quarantine."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_releases(self, limit: Limit = None, cursor: Cursor = None) -> ReleasePage:
        """What changed what is served, the newest first, and how long it took until all replicas served it.

        Who may see a skill is no release; `GET /admin/restrictions` and the audit trail have it.
        """
        before = _generation(cursor) if cursor else None
        return await asyncio.to_thread(self._releases, before, limit or self._admin.settings.page_size)

    async def list_quarantined(self, limit: Limit = None, cursor: Cursor = None) -> QuarantinePage:
        """Every folder that may not go live, with the reason: one that never became a skill, or newer content of one that did."""
        start = cursors.read(cursor, 1, "the first folder")[0] if cursor else ""
        return await asyncio.to_thread(self._quarantined, start, limit or self._admin.settings.page_size)

    def _releases(self, before: int | None, limit: int) -> ReleasePage:
        catalog, tenant = self._admin.catalog, self._admin.tenant
        generation = catalog.generation(tenant)
        place = generation + 1 if before is None else min(before, generation + 1)
        found, floor = list[AuditEntry](), place - _STRETCH
        while place > max(floor, 1) and len(found) < limit:
            first = max(place - limit, 1)
            entries = catalog.releases(tenant, first, place - 1)
            found += [entry for entry in entries if entry.skill and entry.action != restricting.ACTION]
            place = first
        if len(found) > limit:
            found = found[:limit]
            place = found[-1].generation
        return ReleasePage(
            releases=self._views(found),
            next_cursor=cursors.written(str(place)) if place > 1 else None,
            generation=generation,
        )

    def _views(self, entries: Sequence[AuditEntry]) -> tuple[ReleaseView, ...]:
        steps: Sequence[Step] = ()
        with contextlib.suppress(UnavailableError):
            # How quickly it went is an extra; what was released is known here.
            steps = self._admin.replicas.steps(self._admin.tenant)
        reached = fleet.reached(steps, [entry.generation for entry in entries])
        return tuple(_release(entry, reached.get(entry.generation)) for entry in entries)

    def _quarantined(self, start: str, limit: int) -> QuarantinePage:
        entries = self._admin.catalog.quarantined(self._admin.tenant)
        following = [entry for entry in entries if entry.path > start]
        page = following[:limit]
        return QuarantinePage(
            quarantined=tuple(map(_quarantine, page)),
            total=len(entries),
            next_cursor=cursors.written(page[-1].path) if len(following) > limit else None,
        )


def _release(entry: AuditEntry, step: Step | None) -> ReleaseView:
    live = _number(entry, "live")
    version = _number(entry, "version")
    return ReleaseView(
        at=entry.at,
        skill=entry.skill or "",
        version=live if version is None else version,
        kind=entry.action,
        actor=entry.actor,
        commit=_text(entry, "commit"),
        generation=entry.generation,
        reason=_text(entry, "reason"),
        live_version=live,
        was_live=_number(entry, "was_live"),
        # Clocks of the catalog and of those who report may differ a little.
        live_after_seconds=None if step is None else max(0.0, round((step.at - entry.at).total_seconds(), 3)),
        replicas=None if step is None else step.replicas,
    )


def _quarantine(entry: Quarantine) -> QuarantinedView:
    return QuarantinedView(skill=entry.name, path=entry.path, reason=entry.reason, commit=entry.commit, since=entry.at)


def _number(entry: AuditEntry, field: str) -> int | None:
    said = entry.detail.get(field)
    return said if isinstance(said, int) else None


def _text(entry: AuditEntry, field: str) -> str | None:
    said = entry.detail.get(field)
    return said if isinstance(said, str) else None


def _generation(cursor: str) -> int:
    (said,) = cursors.read(cursor, 1, "the newest release")
    if not (said.isascii() and said.isdecimal() and len(said) <= _DIGITS):
        raise InvalidInputError(
            "The cursor is none that a listing gave; leave it out to start from the newest release."
        )
    return int(said)
