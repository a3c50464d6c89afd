"""What is special about principals in SQLite, beside what `tests/contract/` asks of all."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from catalog_builders import NOON, Clock
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from principal_builders import ADA, a_key


def test_a_key_that_expired_leaves_the_file_with_the_next_change(tmp_path: Path):
    clock, at = Clock(), tmp_path / "catalog.sqlite"
    with closing(SqlitePrincipals(at, clock)) as principals:
        principals.add_key(a_key(expires_at=NOON + timedelta(minutes=1)), ADA)
        clock.pass_by(61)

        principals.add_key(a_key("k2"), ADA)

    with closing(sqlite3.connect(at)) as stranger:
        assert stranger.execute("SELECT principal FROM principals").fetchall() == [("key#k2",)]
