"""The catalog on SQLite: see `ports.Catalog` for its promises. Every writing method is one transaction."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mcpskills import history, pointing, restricting
from mcpskills.adapters import catalog_rows as rows
from mcpskills.adapters.lease_watch import LeaseWatch
from mcpskills.adapters.sqlite import chaining, statements
from mcpskills.adapters.sqlite.database import Database
from mcpskills.adapters.sqlite.pointing import Pointing
from mcpskills.adapters.sqlite.statements import Change
from mcpskills.audit import Actor, AuditEntry, Detail, Head
from mcpskills.checkpoint import Checkpoint
from mcpskills.errors import LeaseLostError
from mcpskills.history import History
from mcpskills.ports import Changes, Lease, Publication, Published
from mcpskills.restricting import Restriction
from mcpskills.version import Hold, Quarantine, SkillRecord, Standing, Status, Version


class SqliteCatalog:
    """One file, one connection, one lock: a transaction takes milliseconds, and threads wait for each other."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open or make the file. `now` is the clock. Raises `UnavailableError`."""
        self._now = now
        self._database = Database(path, now)
        self._watch = LeaseWatch()

    def close(self) -> None:
        self._database.close()

    # Publisher

    def acquire_lease(self, tenant: str, holder: str, seconds: float) -> Lease:
        with self._database.write() as db:
            now = self._now().timestamp()
            row = db.execute("SELECT * FROM leases WHERE tenant = ?", (tenant,)).fetchone()
            in_force = row is not None and row["expires_at"] > now
            if in_force and row["holder"] != holder:
                if not self._watch.stood_still(tenant, row["token"], row["expires_at"], seconds):
                    raise LeaseLostError(f"The publisher {row['holder']} holds the lease of tenant {tenant!r}.")
                in_force = False
            # A holder that renews in time keeps its token; a change of hands, or a pause past the end, makes a new one.
            token = row["token"] + (0 if in_force else 1) if row else 1
            db.execute("INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?)", (tenant, holder, token, now + seconds))
        return Lease(tenant, token, holder)

    def release_lease(self, lease: Lease) -> None:
        with self._database.write() as db:
            db.execute("UPDATE leases SET expires_at = 0 WHERE tenant = ? AND token = ?", (lease.tenant, lease.token))

    def published(self, tenant: str) -> Published:
        with self._database.read() as db:
            row = db.execute("SELECT * FROM tenants WHERE tenant = ?", (tenant,)).fetchone()
            records = map(rows.record, db.execute(f"{statements.RECORDS} WHERE skills.tenant = ?", (tenant,)))
            quarantined = map(rows.quarantine, db.execute("SELECT * FROM quarantine WHERE tenant = ?", (tenant,)))
            return Published(
                commit=row["commit_id"] if row else None,
                frozen=row["frozen"] if row else None,
                skills={record.name: record for record in records},
                quarantined={entry.path: entry for entry in quarantined},
                accepted=row["accepted"] if row else None,
            )

    def publish(self, lease: Lease, publication: Publication) -> SkillRecord:
        version, tenant = publication.version, lease.tenant
        with self._database.write(lease) as db:
            record = statements.find(db, tenant, version.skill)
            pointing.expect(record, publication.expected, version.skill)
            statements.add_version(db, tenant, version)
            hold = pointing.remaining(record.hold if record else None, version, self._now())
            live = statements.chosen(db, tenant, version.skill, version.number, hold)
            told = pointing.landed(record, version, live=live, hold=hold)
            change = self._change(tenant, lease.by, "publish", version.skill, told)
            generation = statements.raise_generation(db, change)
            now_there = pointing.published(
                record, version, live=live, hold=hold, generation=generation, now=self._now()
            )
            statements.put_record(db, tenant, now_there)
            statements.release(db, tenant, version.origin.path)
            return statements.record(db, tenant, version.skill)

    def keep_place(self, lease: Lease, skill: str, path: str, tree: str) -> None:
        with self._database.write(lease) as db:
            db.execute(
                "UPDATE skills SET path = ?, tree = ? WHERE tenant = ? AND name = ?", (path, tree, lease.tenant, skill)
            )
            self._release(db, lease, path)

    def tombstone(self, lease: Lease, skill: str, commit: str) -> SkillRecord:
        with self._database.write(lease) as db:
            record = statements.record(db, lease.tenant, skill)
            if not record.deleted:
                change = self._change(lease.tenant, lease.by, "tombstone", skill, pointing.gone(record, commit))
                generation = statements.raise_generation(db, change)
                gone = replace(record, deleted=True, live=None, wanted=None, hold=None, generation=generation)
                statements.put_record(db, lease.tenant, replace(gone, updated_at=self._now()))
            return statements.record(db, lease.tenant, skill)

    def quarantine(self, lease: Lease, quarantine: Quarantine) -> None:
        q = quarantine
        with self._database.write(lease) as db:
            query = "SELECT * FROM quarantine WHERE tenant = ? AND path = ?"
            known = db.execute(query, (lease.tenant, q.path)).fetchone()
            if known and (known["tree"], known["rules"], known["reason"]) == (q.tree, q.rules, q.reason):
                return
            db.execute(
                "INSERT OR REPLACE INTO quarantine VALUES (:tenant, :path, :tree, :name, :commit_id, :rules, :reason, :at)",
                rows.quarantine_values(lease.tenant, q),
            )
            before = known["reason"] if known else None
            statements.note(db, self._change(lease.tenant, lease.by, "quarantine", q.name, q.told(before)))

    def release(self, lease: Lease, path: str) -> None:
        with self._database.write(lease) as db:
            self._release(db, lease, path)

    def mark_commit(self, lease: Lease, commit: str) -> None:
        with self._database.write(lease) as db:
            statements.tenant_row(db, lease.tenant)
            db.execute("UPDATE tenants SET commit_id = ?, accepted = NULL WHERE tenant = ?", (commit, lease.tenant))

    def freeze(self, lease: Lease, reason: str | None) -> None:
        with self._database.write(lease) as db:
            statements.tenant_row(db, lease.tenant)
            before = db.execute("SELECT frozen FROM tenants WHERE tenant = ?", (lease.tenant,)).fetchone()["frozen"]
            if before != reason:
                db.execute("UPDATE tenants SET frozen = ? WHERE tenant = ?", (reason, lease.tenant))
                action, told = "freeze" if reason else "thaw", {"reason": reason, "was_reason": before}
                statements.note(db, self._change(lease.tenant, lease.by, action, None, told))

    def put_checkpoint(self, lease: Lease, checkpoint: Checkpoint) -> None:
        with self._database.write(lease) as db:
            values = rows.checkpoint_values(lease.tenant, checkpoint)
            db.execute("INSERT OR REPLACE INTO checkpoints VALUES (:tenant, :generation, :envelope, :at)", values)

    # Readers

    def checkpoint(self, tenant: str) -> Checkpoint | None:
        with self._database.read() as db:
            row = db.execute("SELECT * FROM checkpoints WHERE tenant = ?", (tenant,)).fetchone()
            return rows.checkpoint(row) if row else None

    def frozen(self, tenant: str) -> str | None:
        with self._database.read() as db:
            row = db.execute("SELECT frozen FROM tenants WHERE tenant = ?", (tenant,)).fetchone()
            return row["frozen"] if row else None

    def commit(self, tenant: str) -> str | None:
        with self._database.read() as db:
            row = db.execute("SELECT commit_id FROM tenants WHERE tenant = ?", (tenant,)).fetchone()
            return row["commit_id"] if row else None

    def generation(self, tenant: str) -> int:
        with self._database.read() as db:
            return statements.generation(db, tenant)

    def changes_since(self, tenant: str, generation: int) -> Changes:
        with self._database.read() as db:
            names = db.execute("SELECT name FROM skills WHERE tenant = ? AND generation > ?", (tenant, generation))
            skills = frozenset(row["name"] for row in names)
            return Changes(generation=statements.generation(db, tenant), skills=skills)

    def skills(self, tenant: str, status: Status | None = None) -> Sequence[SkillRecord]:
        with self._database.read() as db:
            query = f"{statements.RECORDS} WHERE skills.tenant = ? AND NOT skills.deleted ORDER BY skills.name"
            records = [rows.record(row) for row in db.execute(query, (tenant,))]
            return [record for record in records if status in {None, record.status}]

    def skill(self, tenant: str, name: str) -> SkillRecord:
        with self._database.read() as db:
            return statements.record(db, tenant, name)

    def versions(self, tenant: str, name: str) -> Sequence[Version]:
        with self._database.read() as db:
            query = "SELECT * FROM versions WHERE tenant = ? AND skill = ? ORDER BY number DESC"
            return [rows.version(row) for row in db.execute(query, (tenant, name))]

    def version(self, tenant: str, name: str, number: int) -> Version:
        with self._database.read() as db:
            return statements.version(db, tenant, name, number)

    def quarantined(self, tenant: str, name: str | None = None) -> Sequence[Quarantine]:
        all_of, one_of = "SELECT * FROM quarantine WHERE tenant = ?", " AND name = ?"
        query, values = (all_of, (tenant,)) if name is None else (all_of + one_of, (tenant, name))
        with self._database.read() as db:
            return [rows.quarantine(row) for row in db.execute(f"{query} ORDER BY path", values)]

    def audit(self, tenant: str, limit: int) -> Sequence[AuditEntry]:
        with self._database.read() as db:
            query = "SELECT * FROM audit WHERE tenant = ? ORDER BY sequence DESC LIMIT ?"
            return [rows.audit(row) for row in db.execute(query, (tenant, limit))]

    def audit_after(self, tenant: str, sequence: int, limit: int) -> Sequence[AuditEntry]:
        with self._database.read() as db:
            query = "SELECT * FROM audit WHERE tenant = ? AND sequence > ? ORDER BY sequence LIMIT ?"
            return [rows.audit(row) for row in db.execute(query, (tenant, sequence, limit))]

    def releases(self, tenant: str, first: int, last: int) -> Sequence[AuditEntry]:
        with self._database.read() as db:
            newest = min(last, statements.generation(db, tenant))
            return [rows.audit(row) for row in statements.raised(db, tenant, max(first, 1), newest)]

    def audit_head(self, tenant: str) -> Head:
        with self._database.read() as db:
            return chaining.head(db, tenant)

    def standings(self, tenant: str, name: str) -> Mapping[int, Standing]:
        with self._database.read() as db:
            query = "SELECT number, standing FROM versions WHERE tenant = ? AND skill = ? AND standing IS NOT NULL"
            found = ((row["number"], rows.standing(row["standing"])) for row in db.execute(query, (tenant, name)))
            return {number: standing for number, standing in found if standing}

    # Admins

    def hold(self, tenant: str, name: str, hold: Hold, by: Actor, if_generation: int | None = None) -> SkillRecord:
        with self._pointing(tenant, name, if_generation) as pointing:
            return pointing.hold(hold, by)

    def restrict(
        self, tenant: str, name: str, restriction: Restriction, *, if_generation: int | None = None
    ) -> SkillRecord:
        with self._database.write() as db:
            pointing.expect_generation(statements.generation(db, tenant), if_generation)
            record, now = statements.find(db, tenant, name), self._now()
            restricted = restricting.restrict(record, name, restriction, now)
            if restricted is None:
                return record or restricting.unheard_of(name, now)
            detail = restricting.told(record, restriction)
            change = Change(tenant, restriction.by, restricting.ACTION, name, detail, now)
            generation = statements.raise_generation(db, change)
            statements.put_record(db, tenant, replace(restricted, generation=generation))
            return statements.record(db, tenant, name)

    def lift(
        self, tenant: str, name: str, by: Actor, only: Hold | None = None, if_generation: int | None = None
    ) -> SkillRecord:
        with self._pointing(tenant, name, if_generation) as pointing:
            return pointing.lift(by, only)

    def accept_history(self, tenant: str, commit: str, *, reason: str, by: Actor) -> bool:
        with self._database.write() as db:
            row = db.execute("SELECT * FROM tenants WHERE tenant = ?", (tenant,)).fetchone()
            known = History(row["commit_id"], row["frozen"], row["accepted"]) if row else History()
            if not history.accept(known, commit):
                return False
            db.execute(
                "UPDATE tenants SET commit_id = NULL, frozen = NULL, accepted = ? WHERE tenant = ?", (commit, tenant)
            )
            detail = history.told(known, commit, reason)
            statements.note(db, self._change(tenant, by, history.ACTION, None, detail))
        return True

    def stand(
        self,
        tenant: str,
        name: str,
        number: int,
        standing: Standing | None,
        *,
        by: Actor,
        if_generation: int | None = None,
    ) -> SkillRecord:
        with self._pointing(tenant, name, if_generation) as pointing:
            return pointing.stand(number, standing, by)

    @contextlib.contextmanager
    def _pointing(self, tenant: str, name: str, if_generation: int | None) -> Iterator[Pointing]:
        with self._database.write() as db:
            pointing.expect_generation(statements.generation(db, tenant), if_generation)
            yield Pointing(db, tenant, name, self._now())

    def _release(self, db: sqlite3.Connection, lease: Lease, path: str) -> None:
        gone = statements.release(db, lease.tenant, path)
        if gone is not None:
            statements.note(db, self._change(lease.tenant, lease.by, "release", gone.name, gone.told_gone()))

    def _change(self, tenant: str, by: Actor, action: str, skill: str | None, detail: Detail) -> Change:
        return Change(tenant, by, action, skill, detail, self._now())
