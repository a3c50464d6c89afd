"""The audit trail as pages, and as a stream of lines."""

import asyncio
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, StringConstraints

from mcpskills.errors import InvalidInputError
from mcpskills_server.admin import trail, views
from mcpskills_server.admin.audit_models import AuditHead, AuditPage
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.trail import Wanted

MOST_PER_PAGE = 1000
JSON_LINES = "application/jsonl"

Text = Annotated[str | None, StringConstraints(max_length=300)]
Place = Annotated[int | None, Query(ge=0, le=2**53, description="Only entries that follow this sequence.")]
Moment = AwareDatetime | None


def _wanted(
    actor: Annotated[Text, Query(description="Only what somebody of this name did.")] = None,
    action: Annotated[Text, Query(description="Only entries of this kind, such as `rollback` or `key-revoke`.")] = None,
    skill: Annotated[Text, Query(description="Only what was done to this skill.")] = None,
    since: Annotated[Moment, Query(description="Only what was done then or later, with the zone.")] = None,
    until: Annotated[Moment, Query(description="Only what was done before, with the zone.")] = None,
) -> Wanted:
    expect_in_time(since, until)
    return Wanted(actor, action, skill, since, until)


def expect_in_time(*moments: Moment) -> None:
    """Raises `InvalidInputError` for one at the ends of time, where no zone can be reckoned with."""
    for moment in moments:
        if moment is not None and not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise InvalidInputError(f"Expected a year from {_FIRST_YEAR} to {_LAST_YEAR}, got {moment.isoformat()}.")


_FIRST_YEAR, _LAST_YEAR = 1970, 9000

LookedFor = Annotated[Wanted, Depends(_wanted)]


class Order(StrEnum):
    OLDEST = "oldest"
    NEWEST = "newest"


class JsonLines(StreamingResponse):
    media_type = JSON_LINES


class Auditing:
    """Reads what nobody can change."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_audit(
        self,
        looked_for: LookedFor,
        after: Place = None,
        before: Annotated[
            int | None, Query(ge=1, le=2**53, description="Only entries below this sequence; goes with `newest`.")
        ] = None,
        order: Annotated[Order, Query(description="Which entries come first.")] = Order.OLDEST,
        limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE, description="Entries of a page.")] = 100,
    ) -> AuditPage:
        """Every change, and every attempt that was denied to somebody known, each chained to the one before by its hash.

        A page that looks for something reads a stretch of the trail; it may hold few entries, or none, and say that more
        follow. `mcpskills audit verify` reads it all and checks the chain; keep the hash of `head` elsewhere to notice a cut.
        """
        if (after is not None and order is Order.NEWEST) or (before is not None and order is Order.OLDEST):
            raise InvalidInputError("`after` goes with the order `oldest`, and `before` with `newest`.")
        place = before if order is Order.NEWEST else after
        return await asyncio.to_thread(self._page, looked_for, order, place, limit)

    async def export_audit(self, looked_for: LookedFor) -> JsonLines:
        """All entries until now as JSON Lines, the oldest first: each line is an entry as the listing has it."""
        # Whether the catalog can be reached is found out before the answer begins.
        await asyncio.to_thread(self._admin.catalog.audit_head, self._admin.tenant)
        return JsonLines(self._lines(looked_for))

    async def _lines(self, wanted: Wanted) -> AsyncIterator[bytes]:
        pages = trail.everything(self._admin.catalog, self._admin.tenant, wanted)
        while (page := await asyncio.to_thread(next, pages, None)) is not None:
            yield b"".join(views.audit(entry).model_dump_json().encode() + b"\n" for entry in page)

    def _page(self, wanted: Wanted, order: Order, place: int | None, limit: int) -> AuditPage:
        catalog, tenant = self._admin.catalog, self._admin.tenant
        # First, so that the trail is at least as long as its head says.
        head = catalog.audit_head(tenant)
        if order is Order.NEWEST:
            found = trail.backward(catalog, tenant, wanted, place, limit=limit)
        else:
            found = trail.forward(catalog, tenant, wanted, place or 0, limit=limit)
        return AuditPage(
            tenant=tenant,
            entries=tuple(map(views.audit, found.entries)),
            next_after=found.following if order is Order.OLDEST else None,
            next_before=found.following if order is Order.NEWEST else None,
            head=AuditHead(sequence=head.sequence, hash=head.hash),
        )
