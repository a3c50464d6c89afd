"""One connection to the catalog's file, and what a transaction on it means."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import RLock

from mcpskills.adapters.sqlite import schema
from mcpskills.errors import LeaseLostError, UnavailableError
from mcpskills.ports import Lease


class Database:
    """Transactions one at a time; a failure inside one undoes all of it."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self._lock = RLock()
        self._connection = schema.connect(path)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """All reads of the block see one state."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextlib.contextmanager
    def write(self, lease: Lease | None = None) -> Iterator[sqlite3.Connection]:
        """All writes of the block or none.

        With a lease, raises `LeaseLostError` unless it is still the present one and has not run out.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            if lease is not None:
                self._fence(connection, lease)
            yield connection

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection.execute(begin)
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise UnavailableError(f"The catalog {self._path} cannot be used: {error}.") from error

    def _fence(self, connection: sqlite3.Connection, lease: Lease) -> None:
        row = connection.execute("SELECT token, expires_at FROM leases WHERE tenant = ?", (lease.tenant,)).fetchone()
        if row is None or row["token"] != lease.token:
            raise LeaseLostError(f"Another publisher took over tenant {lease.tenant!r}; this one stops writing.")
        if row["expires_at"] <= self._now().timestamp():
            raise LeaseLostError(f"The lease of tenant {lease.tenant!r} ran out; this publisher stops writing.")
