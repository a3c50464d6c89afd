"""The step from an audit trail without a chain to one that cannot be changed; provenance and standings come with it."""

import json
import sqlite3
from datetime import datetime

from mcpskills import audit
from mcpskills.adapters import catalog_rows as rows
from mcpskills.audit import AuditEntry, Head

_BEFORE = (
    "ALTER TABLE versions ADD COLUMN provenance TEXT",
    "ALTER TABLE versions ADD COLUMN sbom TEXT",
    "ALTER TABLE versions ADD COLUMN standing TEXT",
    "ALTER TABLE tenants ADD COLUMN audit_sequence INTEGER NOT NULL DEFAULT 0",
    f"ALTER TABLE tenants ADD COLUMN audit_hash TEXT NOT NULL DEFAULT '{audit.BEGINNING}'",
    "ALTER TABLE audit RENAME TO audit_unchained",
    """
CREATE TABLE audit (
    tenant TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    skill TEXT,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (tenant, sequence)
) WITHOUT ROWID
""",
)
_AFTER = (
    "DROP TABLE audit_unchained",
    "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
)


def apply(db: sqlite3.Connection) -> None:
    for statement in _BEFORE:
        db.execute(statement)
    for row in db.execute("SELECT * FROM audit_unchained ORDER BY id").fetchall():
        append(
            db,
            row["tenant"],
            AuditEntry(
                sequence=0,
                generation=row["generation"],
                at=datetime.fromisoformat(row["at"]),
                actor=row["actor"],
                action=row["action"],
                skill=row["skill"],
                detail=json.loads(row["detail"]),
            ),
        )
    for statement in _AFTER:
        db.execute(statement)


def append(db: sqlite3.Connection, tenant: str, entry: AuditEntry) -> None:
    """Put the entry at the end of the tenant's trail; the tenant has its row already."""
    entry = audit.chained(tenant, head(db, tenant), entry)
    db.execute(
        "INSERT INTO audit VALUES (:tenant, :sequence, :generation, :at, :actor, :action, :skill, :detail, :previous, :hash)",
        rows.audit_values(tenant, entry),
    )
    query = "UPDATE tenants SET audit_sequence = ?, audit_hash = ? WHERE tenant = ?"
    db.execute(query, (entry.sequence, entry.hash, tenant))


def head(db: sqlite3.Connection, tenant: str) -> Head:
    row = db.execute("SELECT audit_sequence, audit_hash FROM tenants WHERE tenant = ?", (tenant,)).fetchone()
    return Head(row["audit_sequence"], row["audit_hash"]) if row else Head()
