"""Files of the catalog that older releases wrote are opened by newer ones."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from builders import NAME
from catalog_builders import TENANT, a_version, publish
from mcpskills.adapters.sqlite import statements
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.audit import Head, fault
from mcpskills.version import Evaluation

FIRST_FORMAT = """
ALTER TABLE versions DROP COLUMN evaluation;
ALTER TABLE versions DROP COLUMN provenance;
ALTER TABLE versions DROP COLUMN sbom;
ALTER TABLE versions DROP COLUMN standing;
ALTER TABLE tenants DROP COLUMN accepted;
ALTER TABLE tenants DROP COLUMN audit_sequence;
ALTER TABLE tenants DROP COLUMN audit_hash;
CREATE TABLE older (
    id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, generation INTEGER NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
    action TEXT NOT NULL, skill TEXT, detail TEXT NOT NULL
);
INSERT INTO older SELECT sequence, tenant, generation, at, actor, action, skill, detail FROM audit;
DROP TABLE audit;
ALTER TABLE older RENAME TO audit;
DROP TABLE checkpoints;
ALTER TABLE tenants DROP COLUMN principals;
DROP TABLE principals;
ALTER TABLE skills DROP COLUMN seen_by;
PRAGMA user_version = 1;
"""


def test_a_file_of_the_first_format_is_brought_up_to_date_and_keeps_its_versions(tmp_path):
    path = tmp_path / "catalog.sqlite"
    with closing(SqliteCatalog(path)) as catalog:
        publish(catalog, a_version(1))
    with closing(sqlite3.connect(path)) as older:
        older.executescript(FIRST_FORMAT)

    evaluated = replace(a_version(2), evaluation=Evaluation(1, 0, 0))
    with closing(SqliteCatalog(path)) as catalog:
        publish(catalog, evaluated)

        assert list(catalog.versions(TENANT, NAME)) == [evaluated, a_version(1)]
        assert [entry.action for entry in catalog.audit_after(TENANT, 0, 10)] == ["publish", "publish"]
        assert fault(TENANT, Head(), catalog.audit_after(TENANT, 0, 10)) is None
    with closing(SqliteCatalog(path)) as opened_again:
        assert opened_again.version(TENANT, NAME, 2) == evaluated


def test_the_audit_trail_can_only_grow(tmp_path):
    path = tmp_path / "catalog.sqlite"
    with closing(SqliteCatalog(path)) as catalog:
        publish(catalog, a_version(1))

    with closing(sqlite3.connect(path)) as other:
        for statement in ("UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                other.execute(statement)


def test_releases_are_found_by_their_generations_however_long_the_trail_is(tmp_path):
    path, asked = tmp_path / "catalog.sqlite", list[str]()
    with closing(SqliteCatalog(path)) as catalog:
        publish(catalog, a_version())
    with closing(sqlite3.connect(path)) as db:
        db.set_trace_callback(asked.append)
        found = list(statements.raised(db, TENANT, 1, 1))
        db.set_trace_callback(None)
        plan = [row[3] for query in asked for row in db.execute(f"EXPLAIN QUERY PLAN {query}")]

    assert len(found) == 1
    assert plan == ["SEARCH audit USING INDEX audit_by_generation (tenant=? AND generation=?)"]
