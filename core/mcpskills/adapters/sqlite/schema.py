"""The tables, and opening a file that has them."""

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mcpskills.adapters.sqlite import chaining
from mcpskills.adapters.sqlite.opening import opened
from mcpskills.errors import UnavailableError

_FIRST = """
CREATE TABLE tenants (
    tenant TEXT PRIMARY KEY,
    generation INTEGER NOT NULL DEFAULT 0,
    commit_id TEXT,
    frozen TEXT
) WITHOUT ROWID;

CREATE TABLE leases (
    tenant TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    token INTEGER NOT NULL,
    expires_at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE skills (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    tree TEXT NOT NULL,
    live INTEGER,
    wanted INTEGER,
    hold TEXT,
    deleted INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
) WITHOUT ROWID;
CREATE INDEX skills_by_generation ON skills (tenant, generation);

CREATE TABLE versions (
    tenant TEXT NOT NULL,
    skill TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    label TEXT,
    manifest TEXT NOT NULL,
    frontmatter TEXT NOT NULL,
    origin TEXT NOT NULL,
    rewritten INTEGER NOT NULL,
    published_at TEXT NOT NULL,
    PRIMARY KEY (tenant, skill, number),
    UNIQUE (tenant, skill, digest)
) WITHOUT ROWID;

CREATE TABLE quarantine (
    tenant TEXT NOT NULL,
    path TEXT NOT NULL,
    tree TEXT NOT NULL,
    name TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    rules TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (tenant, path)
) WITHOUT ROWID;

CREATE INDEX quarantine_by_name ON quarantine (tenant, name);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    generation INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    skill TEXT,
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_tenant ON audit (tenant, id);
"""

_STEPS: tuple[str | Callable[[sqlite3.Connection], None], ...] = (
    _FIRST,
    "ALTER TABLE versions ADD COLUMN evaluation TEXT",
    chaining.apply,
    "ALTER TABLE tenants ADD COLUMN accepted TEXT",
    """
CREATE TABLE checkpoints (
    tenant TEXT PRIMARY KEY,
    generation INTEGER NOT NULL,
    envelope TEXT NOT NULL,
    at TEXT NOT NULL
) WITHOUT ROWID
""",
    """
ALTER TABLE tenants ADD COLUMN principals INTEGER NOT NULL DEFAULT 0;
CREATE TABLE principals (
    tenant TEXT NOT NULL,
    principal TEXT NOT NULL,
    record TEXT NOT NULL,
    revision INTEGER NOT NULL,
    expires_at REAL,
    last_used_at INTEGER,
    PRIMARY KEY (tenant, principal)
) WITHOUT ROWID
""",
    "ALTER TABLE skills ADD COLUMN seen_by TEXT",
    "CREATE INDEX audit_by_generation ON audit (tenant, generation, sequence)",
)
"""What makes the tables, step by step: statements, or a function that moves rows as well. A change of them is a new row; rows
that were released stay as they are."""

VERSION = len(_STEPS)
"""The steps that a file has taken stand in its `user_version`; one with more was written by a newer release."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, with its tables. Raises `UnavailableError` when it cannot be used or is of a newer release."""
    return opened(path, "catalog", partial(_migrate, path))


def _migrate(path: Path, connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > VERSION:
        connection.close()
        raise UnavailableError(
            f"The data directory {path.parent} was written by a newer release (its format is {found}, this one reads up to "
            f"{VERSION}): update Open MCP Skills, or choose another directory with --data."
        )
    for step in _STEPS[found:]:
        if callable(step):
            step(connection)
            continue
        for statement in filter(str.strip, step.split(";")):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
