"""Opening a file of SQLite, as all of them are opened."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from mcpskills.errors import UnavailableError

_BUSY_SECONDS = 5.0
_AGAIN_SECONDS = 0.01
_CACHED_KIB = 512
"""Of a file, for each connection. The system keeps its pages as well, for all processes."""


def opened(
    path: Path, called: str, prepare: Callable[[sqlite3.Connection], object], *, synchronous: str = "FULL"
) -> sqlite3.Connection:
    """A connection to the file, made if it is not there, for any thread; `prepare` sees to its tables.

    What is committed survives a loss of power only where `synchronous` is FULL. Raises `UnavailableError`, which calls the file
    as people do.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        _use_wal(connection)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA cache_size = -{_CACHED_KIB}")
        prepare(connection)
    except (sqlite3.Error, OSError) as error:
        raise UnavailableError(f"The {called} {path} cannot be opened: {error}.") from error
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """SQLite waits for whoever writes, but not for others who change the mode of a new file too, as workers do that start."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_SECONDS)
        else:
            return
