"""The journal of invocations as pages, one by one, and as a stream of lines."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request

from mcpskills.errors import InvalidInputError, NotFoundError, UnavailableError
from mcpskills.journal import MOST_ON_A_PAGE, Invocation, InvocationFilter, InvocationStatus, time_of
from mcpskills_server.admin import log_models, log_search
from mcpskills_server.admin.auditing import JsonLines, Moment, Text, expect_in_time
from mcpskills_server.admin.follower import Follower, no_names
from mcpskills_server.admin.following import EventStream, Missed
from mcpskills_server.admin.known_callers import is_id
from mcpskills_server.admin.log_models import InvocationDetail, InvocationList
from mcpskills_server.admin.log_search import Journal, Wanted
from mcpskills_server.admin.parts import Admin
from mcpskills_server.auth.calling import caller


def _wanted(
    *,
    skill: Annotated[Text, Query(description="Only requests that name this skill.")] = None,
    status: Annotated[InvocationStatus | None, Query(description="Only requests that ended so.")] = None,
    principal: Annotated[
        Text,
        Query(
            description="Only what the caller of this id asked; for who may read keys and users, also of this name, in any case."
        ),
    ] = None,
    session: Annotated[Text, Query(description="Only requests of this session.")] = None,
    text: Annotated[Text, Query(description="Only requests in whose record this stands, in any case.")] = None,
    since: Annotated[Moment, Query(description="Only what came then or later, with the zone.")] = None,
    until: Annotated[Moment, Query(description="Only what came before, with the zone.")] = None,
) -> Wanted:
    expect_in_time(since, until)
    return Wanted(InvocationFilter(skill, principal, session, status, since, until), text)


MOST_OF_ONE_NAME = 10
"""Callers of one name whose requests are looked for together: each is a look of its own."""

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
        return await asyncio.to_thread(self._page, looked_for, cursor, limit)

    async def show_invocation(
        self,
        id: Annotated[str, Path(max_length=100, description="Its id.")],  # noqa: A002 as the path has it
    ) -> InvocationDetail:
        """One request with its parameters and its result, as far as the policy of bodies keeps them."""
        found = await asyncio.to_thread(self._journal.one, self._admin.tenant, id)
        return log_models.detail(found, await asyncio.to_thread(self._names))

    async def export_invocations(self, looked_for: LookedFor) -> JsonLines:
        """All that are wanted as JSON Lines, the newest first, each as `GET /admin/logs/{id}` has it."""
        wanted = await asyncio.to_thread(self._by_id, looked_for)
        # Whether the journal can be read is found out before the answer begins.
        await asyncio.to_thread(self._journal.page, self._admin.tenant, wanted.which, limit=1)
        return JsonLines(self._lines(wanted))

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
        journal, callers = self._journal, self._admin.callers
        wanted = await asyncio.to_thread(self._by_id, looked_for)
        missed: Missed | None = None
        if last_event_id is not None:
            time_of(last_event_id)
            missed = partial(self._missed, journal, wanted, last_event_id)
        # From here on they are a second old at most.
        await asyncio.to_thread(self._names)
        names = no_names if callers is None else callers.names_at_hand
        follower = Follower(wanted, self._admin.hidden, names)
        return self._admin.followers.stream(caller(request.scope).id, follower, missed)

    async def _missed(self, journal: Journal, wanted: Wanted, last: str) -> Sequence[Invocation]:
        with contextlib.suppress(UnavailableError):
            return await asyncio.to_thread(log_search.newer, journal, self._admin.tenant, wanted, last)
        return ()

    async def _lines(self, wanted: Wanted) -> AsyncIterator[bytes]:
        pages = log_search.everything(self._journal, self._admin.tenant, wanted)
        while (page := await asyncio.to_thread(next, pages, None)) is not None:
            names = await asyncio.to_thread(self._names)
            yield b"".join(log_models.detail(each, names).model_dump_json().encode() + b"\n" for each in page)

    def _page(self, looked_for: Wanted, cursor: str | None, limit: int) -> InvocationList:
        page = log_search.page(self._journal, self._admin.tenant, self._by_id(looked_for), cursor, limit)
        names = self._names()
        rows = tuple(log_models.row(each, names) for each in page.invocations)
        return InvocationList(invocations=rows, next_cursor=page.cursor)

    def _names(self) -> Mapping[str, str]:
        """Of callers by their ids, for who may read them."""
        return {} if self._admin.callers is None else self._admin.callers.names()

    def _by_id(self, looked_for: Wanted) -> Wanted:
        """A caller who is named, by the ids of all who are called so. Raises `InvalidInputError` for too many."""
        callers, said = self._admin.callers, looked_for.which.principal
        if callers is None or said is None or is_id(said):
            return looked_for
        ids = callers.called(said)
        if not ids:
            return looked_for
        if len(ids) > MOST_OF_ONE_NAME:
            raise InvalidInputError(
                f"principal: {len(ids)} callers are called so, expected at most {MOST_OF_ONE_NAME}: name one by its id, "
                f"such as {ids[0]}."
            )
        return replace(looked_for, which=replace(looked_for.which, principal=None), callers=ids)

    @property
    def _journal(self) -> Journal:
        """Raises `NotFoundError` where there is none."""
        if self._admin.journal is None:
            raise NotFoundError("This server keeps no journal.")
        return self._admin.journal
