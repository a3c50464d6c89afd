"""The statements that several methods of the catalog share; each runs inside the caller's transaction."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from mcpskills import pointing
from mcpskills.adapters import catalog_rows as rows
from mcpskills.adapters.sqlite import chaining
from mcpskills.audit import Actor, AuditEntry
from mcpskills.errors import NotFoundError
from mcpskills.version import Hold, Quarantine, SkillRecord, Version

# The folder in trouble may be another one than the record's: the skill may have moved, or somebody else claims its name.
RECORDS = """
    SELECT skills.*, CASE WHEN NOT skills.deleted THEN COALESCE(
        (SELECT reason FROM quarantine q WHERE q.tenant = skills.tenant AND q.path = skills.path),
        (SELECT MIN(reason) FROM quarantine q WHERE q.tenant = skills.tenant AND q.name = skills.name)
    ) END AS load_error FROM skills
"""


@dataclass(frozen=True, slots=True)
class Change:
    """Who does what, for the audit."""

    tenant: str
    by: Actor
    action: str
    skill: str | None
    detail: Mapping[str, str | int | None]
    at: datetime


def find(db: sqlite3.Connection, tenant: str, name: str) -> SkillRecord | None:
    query = f"{RECORDS} WHERE skills.tenant = ? AND skills.name = ?"
    row = db.execute(query, (tenant, name)).fetchone()
    return rows.record(row) if row else None


def record(db: sqlite3.Connection, tenant: str, name: str) -> SkillRecord:
    found = find(db, tenant, name)
    if found is None:
        raise NotFoundError(f"There is no skill {name!r}.")
    return found


def put_record(db: sqlite3.Connection, tenant: str, record: SkillRecord) -> None:
    db.execute(
        "INSERT OR REPLACE INTO skills VALUES (:tenant, :name, :path, :tree, :live, :wanted, :hold, :deleted, :generation, "
        ":updated_at, :seen_by)",
        rows.record_values(tenant, record),
    )


def version(db: sqlite3.Connection, tenant: str, name: str, number: int) -> Version:
    query = "SELECT * FROM versions WHERE tenant = ? AND skill = ? AND number = ?"
    row = db.execute(query, (tenant, name, number)).fetchone()
    if row is None:
        raise NotFoundError(f"The skill {name!r} has no version {number}.")
    return rows.version(row)


def add_version(db: sqlite3.Connection, tenant: str, version: Version) -> None:
    """Insert the version, or find the very same package there already. Raises `ConflictError`."""
    query = "SELECT digest FROM versions WHERE tenant = ? AND skill = ? AND number = ?"
    row = db.execute(query, (tenant, version.skill, version.number)).fetchone()
    if row is not None:
        pointing.expect_package(version, row["digest"])
        return
    db.execute(
        "INSERT INTO versions VALUES (:tenant, :skill, :number, :digest, :label, :manifest, :frontmatter, :origin, :rewritten, "
        ":published_at, :evaluation, :provenance, :sbom, :standing)",
        rows.version_values(tenant, version),
    )


def tenant_row(db: sqlite3.Connection, tenant: str) -> None:
    db.execute("INSERT OR IGNORE INTO tenants (tenant) VALUES (?)", (tenant,))


def generation(db: sqlite3.Connection, tenant: str) -> int:
    row = db.execute("SELECT generation FROM tenants WHERE tenant = ?", (tenant,)).fetchone()
    return int(row["generation"]) if row else 0


def raise_generation(db: sqlite3.Connection, change: Change) -> int:
    """Raise the tenant's generation for a change of what is served, note it, and give the new one."""
    tenant_row(db, change.tenant)
    db.execute("UPDATE tenants SET generation = generation + 1 WHERE tenant = ?", (change.tenant,))
    note(db, change)
    return generation(db, change.tenant)


def raised(db: sqlite3.Connection, tenant: str, first: int, last: int) -> Iterator[sqlite3.Row]:
    """The entries that raised these generations, the newest first. Others of a generation come after the one that raised it."""
    # Left to itself, SQLite goes through the trail from its beginning.
    query = "SELECT * FROM audit INDEXED BY audit_by_generation WHERE tenant = ? AND generation = ? ORDER BY sequence LIMIT 1"
    for each in range(last, first - 1, -1):
        yield from db.execute(query, (tenant, each))


def note(db: sqlite3.Connection, change: Change) -> None:
    tenant_row(db, change.tenant)
    entry = AuditEntry(
        sequence=0,
        generation=generation(db, change.tenant),
        at=change.at,
        actor=change.by.name,
        action=change.action,
        skill=change.skill,
        detail={**change.detail, **change.by.told()},
    )
    chaining.append(db, change.tenant, entry)


def chosen(db: sqlite3.Connection, tenant: str, name: str, wanted: int | None, hold: Hold | None) -> int | None:
    """What is live by wish, hold and standings, see `ports.Catalog`."""
    most = wanted if hold is None else hold.version
    if most is None:
        return None
    query = (
        "SELECT MAX(number) AS number FROM versions WHERE tenant = ? AND skill = ? AND number <= ? AND standing IS NULL"
    )
    number: int | None = db.execute(query, (tenant, name, most)).fetchone()["number"]
    return number


def put_standing(db: sqlite3.Connection, tenant: str, version: Version) -> None:
    db.execute(
        "UPDATE versions SET standing = ? WHERE tenant = ? AND skill = ? AND number = ?",
        (rows.standing_text(version.standing), tenant, version.skill, version.number),
    )


def release(db: sqlite3.Connection, tenant: str, path: str) -> Quarantine | None:
    """Forget the quarantine of a folder; gives what it was."""
    row = db.execute("DELETE FROM quarantine WHERE tenant = ? AND path = ? RETURNING *", (tenant, path)).fetchone()
    return rows.quarantine(row) if row else None
