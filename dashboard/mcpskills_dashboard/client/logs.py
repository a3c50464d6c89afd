"""The journal: requests to `/mcp` with what came of them, the newest first."""

import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import httpx2

from mcpskills_dashboard.client.connection import Api, segment
from mcpskills_dashboard.client.refusals import Own, UnusableError
from mcpskills_dashboard.client.rows import Moment, Row, read


class Invocation(Row):
    """Ids are in the order of time. `principal` is None for who was not let in; the duration is in milliseconds.

    `principal_name` is None where there is none, or the visitor may not read keys and users.
    """

    id: str
    at: Moment
    skill: str | None
    version: int | None
    method: str
    status: str
    duration_ms: float
    principal: str | None
    principal_name: str | None = None
    session: str | None
    client_address: str | None
    user_agent: str | None
    error: str | None


class Detail(Invocation):
    """With the bodies, JSON as text and cut where it is too long; None where they are not kept or not to be seen."""

    parameters: str | None
    result: str | None


class LogPage(Row):
    """A page may hold few rows, or none, and say by `next_cursor` that more may follow."""

    invocations: tuple[Invocation, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None is anything. `since` counts, `until` does not any more."""

    skill: str | None = None
    status: str | None = None
    principal: str | None = None
    session: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def told(self) -> dict[str, Any]:
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }

    def from_then(self, since: datetime | None) -> "Wanted":
        return replace(self, since=since)


def newest(api: Api, wanted: Wanted, *, cursor: str | None = None, limit: int | None = None) -> LogPage:
    return read(LogPage, api.get("/logs", cursor=cursor, limit=limit, **wanted.told()))


async def told(api: Api, http: httpx2.AsyncClient, wanted: Wanted) -> AsyncGenerator[Invocation | None, None]:
    """Requests as they are recorded, by an `endless_transport`. Raises as `Api.get`.

    None comes first, once nothing is missed any more of what comes, and wherever something was left out.
    """
    async with aclosing(api.endless_lines(http, "/logs/follow", **wanted.told())) as lines:
        async for line in lines:
            if line.startswith("retry:"):
                yield None
            elif line.startswith("data:"):
                said = _document(line.removeprefix("data:"))
                left_out = isinstance(said, dict) and "left_out" in said
                yield None if left_out else read(Invocation, said)


def one(api: Api, invocation: str) -> Detail:
    return read(Detail, api.get(f"/logs/{segment(invocation)}"))


def exported(api: Api, wanted: Wanted) -> Iterator[bytes]:
    """All that is looked for, the newest first: each a line of JSON with its end."""
    with api.streamed("/logs/export", **wanted.told()) as answer:
        for line in answer.iter_lines():
            if line:
                yield line.encode() + b"\n"


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise UnusableError(Own("problems.unexpected", {"where": "data", "wrong": str(error)})) from error
