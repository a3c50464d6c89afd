"""The journal in a SQLite file of its own, so that no request and no publisher waits for it.

What was appended survives the process; a machine that loses power may lose the last moments.
"""

import contextlib
import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from mcpskills import journal
from mcpskills.adapters import invocation_rows as rows
from mcpskills.adapters.sqlite.file import File
from mcpskills.errors import InvalidInputError, NotFoundError
from mcpskills.journal import ALL, Invocation, InvocationFilter, InvocationPage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS invocations (
    number INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    session TEXT,
    principal TEXT,
    skill TEXT,
    version INTEGER,
    method TEXT NOT NULL,
    duration REAL NOT NULL,
    error TEXT,
    client_address TEXT,
    user_agent TEXT,
    parameters TEXT,
    result TEXT,
    UNIQUE (tenant, id)
);
CREATE INDEX IF NOT EXISTS by_session ON invocations (tenant, session, id) WHERE session IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_principal ON invocations (tenant, principal, id) WHERE principal IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_skill ON invocations (tenant, skill, id) WHERE skill IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_failure ON invocations (tenant, id) WHERE status <> 'SUCCESS';
"""
"""Bodies stand last: whoever looks at the columns before them does not read their pages."""

_COLUMNS = (
    "tenant",
    "id",
    "status",
    "session",
    "principal",
    "skill",
    "version",
    "method",
    "duration",
    "error",
    "client_address",
    "user_agent",
    "parameters",
    "result",
)
_APPEND = """
INSERT OR REPLACE INTO invocations (
    tenant, id, status, session, principal, skill, version, method, duration, error, client_address, user_agent, parameters,
    result
) VALUES
"""
_ROW = f"({', '.join('?' * len(_COLUMNS))})"
_values = attrgetter(*_COLUMNS)
_AT_ONCE = (64, 32, 16, 8, 4, 2, 1)
"""Rows of one statement. With a statement for each the interpreter's lock goes to and fro as often, and requests pay for it; with
one for every number of rows, all of them are kept, with what was last put in them: 10 MB.
"""

# Rows come about in the order of their time, so those with the lowest numbers are the first to expire: no index, no search.
_PURGE = """
DELETE FROM invocations WHERE number IN (
    SELECT number FROM (SELECT number, id FROM invocations ORDER BY number LIMIT :most) WHERE id < :oldest
)
"""
_PURGED_AT_LEAST = 64

_LED = {
    "session": "INDEXED BY by_session WHERE tenant = :tenant AND session = :value",
    "principal": "INDEXED BY by_principal WHERE tenant = :tenant AND principal = :value",
    "skill": "INDEXED BY by_skill WHERE tenant = :tenant AND skill = :value",
    rows.FAILED: "INDEXED BY by_failure WHERE tenant = :tenant AND status <> 'SUCCESS'",
    None: "WHERE tenant = :tenant",
}
_LOOK = """
SELECT id, status, session, principal, skill FROM invocations {led} AND id >= :first AND id < :end ORDER BY id DESC
"""
_GET = "SELECT * FROM invocations WHERE tenant = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id DESC"


class SqliteJournal:
    """See `ports.Journal`. One at a time: whatever is asked takes milliseconds."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open or make the file. `now` is the clock. Raises `UnavailableError`."""
        self._now = now
        self._file = File(path, "journal", _SCHEMA, synchronous="NORMAL")

    def close(self) -> None:
        self._file.close()

    def append(self, batch: Sequence[Invocation]) -> None:
        values = [_values(journal.fitted(invocation)) for invocation in batch]
        # Twice as many as come, so that expired ones cannot pile up.
        purge = {"most": max(2 * len(values), _PURGED_AT_LEAST), "oldest": journal.bound(self._now() - journal.KEPT)}
        with self._file.changing() as db:
            for some in _portions(values):
                db.execute(_APPEND + ", ".join([_ROW] * len(some)), tuple(itertools.chain.from_iterable(some)))
            db.execute(_PURGE, purge)

    def page(
        self, tenant: str, which: InvocationFilter = ALL, *, cursor: str | None = None, limit: int
    ) -> InvocationPage:
        which = rows.bounded(which)
        span = rows.span(which, cursor, self._now())
        led, value = rows.leading(which) or (None, None)
        asked = {"tenant": tenant, "value": value, "first": span.first, "end": span.end}
        with self._file.using() as db, contextlib.closing(db.cursor()) as looking:
            found, following = rows.chosen(looking.execute(_LOOK.format(led=_LED[led]), asked), which, limit)
            whole = self._get(db, tenant, [row["id"] for row in found])
        return InvocationPage(tuple(rows.invocation(tenant, row) for row in whole), following)

    def one(self, tenant: str, invocation: str) -> Invocation:
        unknown = NotFoundError("There is no such invocation, or it has expired.")
        try:
            expired = journal.time_of(invocation) < self._now() - journal.KEPT
        except InvalidInputError as error:
            raise unknown from error
        with self._file.using() as db:
            found = [] if expired else self._get(db, tenant, [invocation])
        if not found:
            raise unknown
        return rows.invocation(tenant, found[0])

    @staticmethod
    def _get(db: sqlite3.Connection, tenant: str, ids: list[str]) -> list[Any]:
        return db.execute(_GET, (tenant, json.dumps(ids))).fetchall()


def _portions(values: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """All of them, in numbers of `_AT_ONCE`, the most first."""
    begin = 0
    for number in _AT_ONCE:
        while len(values) - begin >= number:
            yield values[begin : begin + number]
            begin += number
