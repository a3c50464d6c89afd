"""The journal of invocations as pages, one by one, and as a stream of lines."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request

from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills.journal import MOST_ON_A_PAGE, Invocation, InvocationFilter, InvocationStatus, time_of
from mcpskills_server.admin import log_models, log_search
from mcpskills_server.admin.auditing import JsonLines, Moment, Text, expect_in_time
from mcpskills_server.admin.follower import Follower
from mcpskills_server.admin.following import EventStream, Missed
from mcpskills_server.admin.log_models import InvocationDetail, InvocationList
from mcpskills_server.admin.log_search import Journal, Wanted
from mcpskills_server.admin.parts import Admin
from mcpskills_server.auth.calling import caller


def _wanted(
    *,
    skill: Annotated[Text, Query(description="Only requests that name this skill.")] = None,
    status: Annotated[InvocationStatus | None, Query(description="Only requests that ended so.")] = None,
    principal: Annotated[Text, Query(description="Only what the caller of this id asked.")] = None,
    session: Annotated[Text, Query(description="Only requests of this session.")] = None,
    text: Annotated[Text, Query(description="Only requests in whose record this stands, in any case.")] = None,
    since: Annotated[Moment, Query(description="Only what came then or later, with the zone.")] = None,
    until: Annotated[Moment, Query(description="Only what came before, with the zone.")] = None,
) -> Wanted:
    expect_in_time(since, until)
    return Wanted(InvocationFilter(skill, principal, session, status, since, until), text)


LookedFor = Annotated[Wanted, Depends(_wanted)]


class Logs:
    """Reads what requests left behind, for thirty days."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_invocations(
        self,
        looked_for: LookedFor,
        cursor: Annotated[str | None, Query(max_length=100, description="`next_cursor` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE, description="Rows of a page.")] = 50,
    ) -> InvocationList:
        """Requests to `/mcp`, the newest first. A page looks at a stretch of the journal, so it may hold few rows, or none."""
        journal, tenant = self._journal, self._admin.tenant
        page = await asyncio.to_thread(log_search.page, journal, tenant, looked_for, cursor, limit)
        return InvocationList(invocations=tuple(map(log_models.row, page.invocations)), next_cursor=page.cursor)

    async def show_invocation(
        self,
        id: Annotated[str, Path(max_length=100, description="Its id.")],  # noqa: A002 as the path has it
    ) -> InvocationDetail:
        """One request with its parameters and its result, as far as the policy of bodies keeps them."""
        return log_models.detail(await asyncio.to_thread(self._journal.one, self._admin.tenant, id))

    async def export_invocations(self, looked_for: LookedFor) -> JsonLines:
        """All that are wanted as JSON Lines, the newest first, each as `GET /admin/logs/{id}` has it."""
        # Whether the journal can be read is found out before the answer begins.
        await asyncio.to_thread(self._journal.page, self._admin.tenant, looked_for.which, limit=1)
        return JsonLines(self._lines(looked_for))

    async def follow_invocations(
        self,
        request: Request,
        looked_for: LookedFor,
        last_event_id: Annotated[
            str | None, Header(max_length=100, description="The id of the last event that was heard.")
        ] = None,
    ) -> EventStream:
        """Requests as they are recorded, by whichever replica, as server-sent events until somebody ends it.

        Each has the id of its record, by which one who comes back is told of what it missed, and the row as its data.
        """
        journal = self._journal
        missed: Missed | None = None
        if last_event_id is not None:
            time_of(last_event_id)
            missed = partial(self._missed, journal, looked_for.which, last_event_id)
        follower = Follower(looked_for, self._admin.hidden)
        return self._admin.followers.stream(caller(request.scope).id, follower, missed)

    async def _missed(self, journal: Journal, which: InvocationFilter, last: str) -> Sequence[Invocation]:
        with contextlib.suppress(UnavailableError):
            return await asyncio.to_thread(log_search.newer, journal, self._admin.tenant, which, last)
        return ()

    async def _lines(self, wanted: Wanted) -> AsyncIterator[bytes]:
        pages = log_search.everything(self._journal, self._admin.tenant, wanted)
        while (page := await asyncio.to_thread(next, pages, None)) is not None:
            yield b"".join(log_models.detail(each).model_dump_json().encode() + b"\n" for each in page)

    @property
    def _journal(self) -> Journal:
        """Raises `NotFoundError` where there is none."""
        if self._admin.journal is None:
            raise NotFoundError("This server keeps no journal.")
        return self._admin.journal
