"""Text by key in a SQLite file that may be lost at any time: results that need not be worked out again."""

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

_DAY = 24 * 60 * 60
_KEEP_DAYS = 30
_SCHEMA = """
CREATE TABLE IF NOT EXISTS texts (key TEXT PRIMARY KEY, text TEXT NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_use ON texts (used);
"""
_LOOKUP = "SELECT key, text FROM texts WHERE key IN (SELECT value FROM json_each(?))"


class TextCache:
    """Texts by key. A file that cannot be read or written costs time and nothing else: it counts as empty."""

    def __init__(self, file: Path) -> None:
        self._connection: sqlite3.Connection | None = None
        with contextlib.suppress(OSError, sqlite3.Error):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = _opened(file) or _anew(file)

    def get(self, keys: Iterable[str]) -> dict[str, str]:
        """What is known, by key."""
        return dict(self._rows(list(keys)))

    def put(self, found: Mapping[str, str]) -> None:
        """Keep what was found, and note for what was looked up that it is still in use."""
        day = int(time.time()) // _DAY
        rows = [(key, text, day) for key, text in found.items()]
        if self._connection is None:
            return
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", rows)
            self._connection.execute("DELETE FROM texts WHERE used < ?", (day - _KEEP_DAYS,))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _rows(self, keys: list[str]) -> list[tuple[str, str]]:
        if self._connection is None:
            return []
        with contextlib.suppress(sqlite3.Error):
            return self._connection.execute(_LOOKUP, (json.dumps(keys),)).fetchall()
        return []


def _opened(file: Path) -> sqlite3.Connection | None:
    if file.exists() and not file.is_file():
        return None
    connection = sqlite3.connect(file, timeout=2)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        return None
    return connection


def _anew(file: Path) -> sqlite3.Connection | None:
    """A file that SQLite cannot read is no cache of ours any more."""
    if file.exists() and not file.is_file():
        return None
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)
    return _opened(file)
