"""The audit trail: pages that look for something, all of it in its order, and lines for a file."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from mcpskills.audit import AuditEntry, Head, TrailPage
from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.rows import Moment, Row, read

_READ_AT_ONCE: Final = 1000


class Entry(Row):
    """`hash` covers everything here, the tenant and `previous`, the hash of the entry before."""

    sequence: int
    generation: int
    at: Moment
    actor: str
    action: str
    skill: str | None
    detail: Mapping[str, str | int | None]
    previous: str
    hash: str


class TrailEnd(Row):
    sequence: int
    hash: str


class EntryPage(Row):
    """A page may hold few entries, or none, and say by `next_before` or `next_after` that more may follow."""

    tenant: str
    entries: tuple[Entry, ...]
    next_after: int | None
    next_before: int | None
    head: TrailEnd


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None is anything. `since` counts, `until` does not any more."""

    actor: str | None = None
    action: str | None = None
    skill: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def told(self) -> dict[str, Any]:
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }


def newest(api: Api, wanted: Wanted, *, before: str | None = None, limit: int | None = None) -> EntryPage:
    """The newest first, those below the sequence `before`."""
    return read(EntryPage, api.get("/audit", order="newest", before=before, limit=limit, **wanted.told()))


def one(api: Api, sequence: int) -> Entry | None:
    """The entry of that sequence, None where the trail is not that long."""
    page = read(EntryPage, api.get("/audit", after=max(0, sequence - 1), limit=1))
    return next((entry for entry in page.entries if entry.sequence == sequence), None)


def whole(api: Api) -> Iterator[TrailPage]:
    """The trail from its beginning to its end, each page asked for when it is wanted."""
    after: int | None = 0
    while after is not None:
        page = read(EntryPage, api.get("/audit", after=after, limit=_READ_AT_ONCE))
        entries = [AuditEntry(**dict(entry)) for entry in page.entries]
        yield TrailPage(page.tenant, Head(page.head.sequence, page.head.hash), entries)
        after = page.next_after


def end(api: Api) -> TrailEnd:
    """The newest entry of all."""
    return read(EntryPage, api.get("/audit", order="newest", limit=1)).head


def exported(api: Api, wanted: Wanted) -> Iterator[bytes]:
    """All that is looked for, the oldest first: each a line of JSON with its end."""
    with api.streamed("/audit/export", **wanted.told()) as answer:
        for line in answer.iter_lines():
            if line:
                yield line.encode() + b"\n"
