"""A SQLite file of its own for something that nothing else may wait for: one connection, one lock."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import RLock

from mcpskills.adapters.sqlite.opening import opened
from mcpskills.errors import UnavailableError


class File:
    """May be used from any thread, by one at a time. All methods raise `UnavailableError`, which calls the file as people do."""

    def __init__(self, path: Path, called: str, tables: str, *, synchronous: str = "FULL") -> None:
        """Open or make the file; `tables` is run each time. See `opened` for `synchronous`."""
        self._path = path
        self._called = called
        self._lock = RLock()
        self._connection = opened(path, called, lambda db: db.executescript(tables), synchronous=synchronous)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def using(self) -> Iterator[sqlite3.Connection]:
        """Every statement is a transaction of its own."""
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise UnavailableError(f"The {self._called} {self._path} cannot be used: {error}.") from error

    @contextlib.contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """All statements of the block or none."""
        with self.using() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                # After some errors SQLite has undone it by itself.
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
