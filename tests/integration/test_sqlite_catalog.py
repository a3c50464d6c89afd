"""Files of the catalog that older releases wrote are opened by newer ones."""

import sqlite3
from contextlib import closing
from dataclasses import replace

from builders import NAME
from catalog_builders import TENANT, a_version, publish
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.version import Evaluation


def test_a_file_of_the_first_format_is_brought_up_to_date_and_keeps_its_versions(tmp_path):
    path = tmp_path / "catalog.sqlite"
    with closing(SqliteCatalog(path)) as catalog:
        publish(catalog, a_version(1))
    with closing(sqlite3.connect(path)) as older:
        older.execute("ALTER TABLE versions DROP COLUMN evaluation")
        older.execute("PRAGMA user_version = 1")

    evaluated = replace(a_version(2), evaluation=Evaluation(1, 0, 0))
    with closing(SqliteCatalog(path)) as catalog:
        publish(catalog, evaluated)

        assert list(catalog.versions(TENANT, NAME)) == [evaluated, a_version(1)]
    with closing(SqliteCatalog(path)) as opened_again:
        assert opened_again.version(TENANT, NAME, 2) == evaluated
