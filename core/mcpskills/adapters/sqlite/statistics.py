"""Statistics in a SQLite file of its own, so that no request and no publisher waits for it.

What was put survives the process; a machine that loses power may lose the last moments.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mcpskills.adapters.sqlite.file import File
from mcpskills.statistics.sheet import Kind, Sheet

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sheets (
    number INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    part TEXT NOT NULL,
    start INTEGER NOT NULL,
    writer TEXT NOT NULL,
    leaf INTEGER NOT NULL,
    until INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (tenant, kind, part, start, writer, leaf)
);
CREATE INDEX IF NOT EXISTS by_expiry ON sheets (expires_at);
"""
"""Times are in whole seconds since 1970."""

_PUT = """
INSERT INTO sheets (tenant, kind, part, start, writer, leaf, until, expires_at, body)
VALUES (:tenant, :kind, :part, :start, :writer, :leaf, :until, :expires_at, :body)
ON CONFLICT DO UPDATE SET until = excluded.until, body = excluded.body WHERE excluded.until >= until
"""
_PURGE = "DELETE FROM sheets WHERE number IN (SELECT number FROM sheets WHERE expires_at <= ? LIMIT 1000)"
_READ = """
SELECT kind, part, start, writer, leaf, until, body FROM sheets
WHERE tenant = :tenant AND kind = :kind AND part IN (SELECT value FROM json_each(:parts))
    AND start >= :since AND start < :until AND expires_at > :now
"""
_REMOVE = """
DELETE FROM sheets
WHERE tenant = :tenant AND kind = :kind AND part = :part AND start = :start AND writer = :writer AND leaf = :leaf
"""


class SqliteStatistics:
    """See `ports.Statistics`. One at a time: whatever is asked takes milliseconds."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open or make the file. `now` is the clock. Raises `UnavailableError`."""
        self._now = now
        self._file = File(path, "statistics", _SCHEMA, synchronous="NORMAL")

    def close(self) -> None:
        self._file.close()

    def put(self, tenant: str, sheets: Sequence[Sheet]) -> None:
        with self._file.changing() as db:
            db.executemany(_PUT, [_values(tenant, sheet) for sheet in sheets])
            db.execute(_PURGE, (_seconds(self._now()),))

    def read(
        self, tenant: str, kind: Kind, parts: Collection[str], *, since: datetime, until: datetime
    ) -> Sequence[Sheet]:
        asked = {
            "tenant": tenant,
            "kind": kind,
            "parts": json.dumps(list(parts)),
            "since": _seconds(since),
            "until": _seconds(until),
            "now": _seconds(self._now()),
        }
        with self._file.using() as db:
            return [_sheet(row) for row in db.execute(_READ, asked)]

    def remove(self, tenant: str, sheets: Sequence[Sheet]) -> None:
        with self._file.changing() as db:
            db.executemany(_REMOVE, [_values(tenant, sheet) for sheet in sheets])


def _values(tenant: str, sheet: Sheet) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "kind": sheet.kind,
        "part": sheet.part,
        "start": _seconds(sheet.start),
        "writer": sheet.writer,
        "leaf": sheet.leaf,
        "until": _seconds(sheet.until),
        "expires_at": _seconds(sheet.expires_at),
        "body": sheet.body,
    }


def _sheet(row: sqlite3.Row) -> Sheet:
    return Sheet(
        row["part"],
        Kind(row["kind"]),
        datetime.fromtimestamp(row["start"], UTC),
        datetime.fromtimestamp(row["until"], UTC),
        row["writer"],
        row["leaf"],
        row["body"],
    )


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
