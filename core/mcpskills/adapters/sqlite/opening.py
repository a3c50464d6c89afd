"""Opening a file of SQLite, as all of them are opened."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from mcpskills.errors import UnavailableError

_BUSY_SECONDS = 5.0


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
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        prepare(connection)
    except (sqlite3.Error, OSError) as error:
        raise UnavailableError(f"The {called} {path} cannot be opened: {error}.") from error
    return connection
