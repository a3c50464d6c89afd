"""The catalog on DynamoDB: see `ports.Catalog` for its promises. Every writing method is one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from mcpskills import history, pointing
from mcpskills.adapters import catalog_rows as rows
from mcpskills.adapters.dynamodb import changes, keys, leasing, reading, restricting
from mcpskills.adapters.dynamodb.attributes import Fields
from mcpskills.adapters.dynamodb.database import Database, decided
from mcpskills.adapters.dynamodb.keys import Key
from mcpskills.adapters.dynamodb.pointing import Pointing
from mcpskills.adapters.dynamodb.transaction import Change, Transaction, trail_end
from mcpskills.adapters.lease_watch import LeaseWatch
from mcpskills.audit import Actor, AuditEntry, Detail, Head
from mcpskills.checkpoint import Checkpoint
from mcpskills.history import History
from mcpskills.ports import Changes, Lease, Publication, Published
from mcpskills.restricting import Restriction
from mcpskills.version import Hold, Quarantine, SkillRecord, Standing, Status, Version


class DynamoDbCatalog:
    """Any number of processes and threads may use the same tables; who loses a race reads again and decides anew."""

    def __init__(
        self, client: Any, prefix: str = "mcp-", now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`client` is DynamoDB's, from `aws/clients.py`; the tables are there already. `now` is the clock."""
        self._database = Database(client, prefix, now)
        self._watch = LeaseWatch()
        self._now = now

    # Publisher

    def acquire_lease(self, tenant: str, holder: str, seconds: float) -> Lease:
        return leasing.acquire(self._database, self._watch, tenant, holder, seconds)

    def release_lease(self, lease: Lease) -> None:
        leasing.release(self._database, lease)

    def published(self, tenant: str) -> Published:
        head = self._head(tenant)
        return Published(
            commit=head["commit_id"],
            frozen=head["frozen"],
            skills={record.name: record for record in reading.records(self._database, tenant)},
            quarantined={trouble.path: trouble for trouble in reading.quarantined(self._database, tenant)},
            accepted=head["accepted"],
        )

    def publish(self, lease: Lease, publication: Publication) -> SkillRecord:
        return decided(lambda: self._publish(lease, publication))

    def _publish(self, lease: Lease, publication: Publication) -> SkillRecord:
        version, tenant, name = publication.version, lease.tenant, publication.version.skill
        record_key, version_key = keys.record(tenant, name), keys.version(tenant, name, version.number)
        step = Transaction(self._database, tenant, lease, [record_key, version_key])
        row, known = step.read(record_key), step.read(version_key)
        before = rows.record(row) if row else None
        pointing.expect(before, publication.expected, name)
        if known is None:
            step.add_version(version)
        else:
            pointing.expect_package(version, known["digest"])
        hold = pointing.remaining(before.hold if before else None, version, self._now())
        sure = known is None and hold is None
        bad = {} if sure else reading.standings(self._database, tenant, name)
        live = reading.chosen(self._database, tenant, name, wanted=version.number, hold=hold, bad=bad)
        change = self._change(lease.by, "publish", name, pointing.landed(before, version, live=live, hold=hold))
        generation = step.raise_generation(change)
        record = pointing.published(before, version, live=live, hold=hold, generation=generation, now=self._now())
        step.put_record(record, row)
        step.release(record.path)
        step.commit()
        return replace(record, load_error=reading.trouble(self._database, tenant, record))

    def keep_place(self, lease: Lease, skill: str, path: str, tree: str) -> None:
        def attempt() -> None:
            key, trouble = keys.record(lease.tenant, skill), keys.quarantine(lease.tenant, path)
            step = Transaction(self._database, lease.tenant, lease, [key, trouble])
            if row := step.read(key):
                step.put_record(replace(rows.record(row), path=path, tree=tree), row)
            self._release(step, lease, trouble)
            step.commit()

        decided(attempt)

    def tombstone(self, lease: Lease, skill: str, commit: str) -> SkillRecord:
        def attempt() -> SkillRecord:
            key = keys.record(lease.tenant, skill)
            step = Transaction(self._database, lease.tenant, lease, [key])
            row = step.read(key)
            record = reading.record(self._database, lease.tenant, row, skill)
            if record.deleted:
                return record
            generation = step.raise_generation(
                self._change(lease.by, "tombstone", skill, pointing.gone(record, commit))
            )
            gone = replace(record, deleted=True, live=None, wanted=None, hold=None, load_error=None)
            gone = replace(gone, generation=generation, updated_at=self._now())
            step.put_record(gone, row)
            step.commit()
            return gone

        return decided(attempt)

    def quarantine(self, lease: Lease, quarantine: Quarantine) -> None:
        q = quarantine

        def attempt() -> None:
            key = keys.quarantine(lease.tenant, q.path)
            step = Transaction(self._database, lease.tenant, lease, [key])
            known = step.read(key)
            if known and (known["tree"], known["rules"], known["reason"]) == (q.tree, q.rules, q.reason):
                return
            step.put_quarantine(q)
            step.note(self._change(lease.by, "quarantine", q.name, q.told(known["reason"] if known else None)))
            step.commit()

        decided(attempt)

    def release(self, lease: Lease, path: str) -> None:
        def attempt() -> None:
            trouble = keys.quarantine(lease.tenant, path)
            step = Transaction(self._database, lease.tenant, lease, [trouble])
            self._release(step, lease, trouble)
            step.commit()

        decided(attempt)

    def mark_commit(self, lease: Lease, commit: str) -> None:
        def attempt() -> None:
            step = Transaction(self._database, lease.tenant, lease)
            step.set_head(commit_id=commit, accepted=None)
            step.commit()

        decided(attempt)

    def freeze(self, lease: Lease, reason: str | None) -> None:
        def attempt() -> None:
            step = Transaction(self._database, lease.tenant, lease)
            before = step.head["frozen"]
            if before == reason:
                return
            step.set_head(frozen=reason)
            told: Detail = {"reason": reason, "was_reason": before}
            step.note(self._change(lease.by, "freeze" if reason else "thaw", None, told))
            step.commit()

        decided(attempt)

    def put_checkpoint(self, lease: Lease, checkpoint: Checkpoint) -> None:
        def attempt() -> None:
            step = Transaction(self._database, lease.tenant, lease)
            step.put_checkpoint(checkpoint)
            step.commit()

        decided(attempt)

    # Readers

    def checkpoint(self, tenant: str) -> Checkpoint | None:
        row = self._database.get(keys.checkpoint(tenant))
        return rows.checkpoint(row) if row else None

    def frozen(self, tenant: str) -> str | None:
        reason: str | None = self._head(tenant)["frozen"]
        return reason

    def commit(self, tenant: str) -> str | None:
        commit: str | None = self._head(tenant)["commit_id"]
        return commit

    def generation(self, tenant: str) -> int:
        return self._head(tenant)["generation"] or 0

    def changes_since(self, tenant: str, generation: int) -> Changes:
        return changes.since(self._database, tenant, generation)

    def skills(self, tenant: str, status: Status | None = None) -> Sequence[SkillRecord]:
        if status is not None:
            return reading.records_of(self._database, tenant, status)
        return [record for record in reading.records(self._database, tenant) if not record.deleted]

    def skill(self, tenant: str, name: str) -> SkillRecord:
        return reading.record(self._database, tenant, self._database.get(keys.record(tenant, name)), name)

    def versions(self, tenant: str, name: str) -> Sequence[Version]:
        return reading.versions(self._database, tenant, name)

    def version(self, tenant: str, name: str, number: int) -> Version:
        return reading.version(self._database, tenant, name, number)

    def quarantined(self, tenant: str, name: str | None = None) -> Sequence[Quarantine]:
        return reading.quarantined(self._database, tenant, name)

    def standings(self, tenant: str, name: str) -> Mapping[int, Standing]:
        return reading.standings(self._database, tenant, name)

    def audit(self, tenant: str, limit: int) -> Sequence[AuditEntry]:
        return reading.audit(self._database, tenant, most=limit)

    def audit_after(self, tenant: str, sequence: int, limit: int) -> Sequence[AuditEntry]:
        return reading.audit(self._database, tenant, after=sequence, most=limit)

    def releases(self, tenant: str, first: int, last: int) -> Sequence[AuditEntry]:
        return reading.releases(self._database, tenant, first, last)

    def audit_head(self, tenant: str) -> Head:
        return trail_end(self._head(tenant))

    # Admins

    def hold(self, tenant: str, name: str, hold: Hold, by: Actor, if_generation: int | None = None) -> SkillRecord:
        return decided(lambda: self._pointing(tenant, name, if_generation).hold(hold, by))

    def restrict(
        self, tenant: str, name: str, restriction: Restriction, *, if_generation: int | None = None
    ) -> SkillRecord:
        return decided(
            lambda: restricting.restrict(
                self._database, tenant, name, restriction, now=self._now(), if_generation=if_generation
            )
        )

    def lift(
        self, tenant: str, name: str, by: Actor, only: Hold | None = None, if_generation: int | None = None
    ) -> SkillRecord:
        return decided(lambda: self._pointing(tenant, name, if_generation).lift(by, only))

    def accept_history(self, tenant: str, commit: str, *, reason: str, by: Actor) -> bool:
        def attempt() -> bool:
            step = Transaction(self._database, tenant)
            known = History(step.head["commit_id"], step.head["frozen"], step.head["accepted"])
            if not history.accept(known, commit):
                return False
            step.set_head(commit_id=None, frozen=None, accepted=commit)
            detail = history.told(known, commit, reason)
            step.note(Change(by, history.ACTION, None, detail, self._now()))
            step.commit()
            return True

        return decided(attempt)

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
        return decided(lambda: self._pointing(tenant, name, if_generation).stand(number, standing, by))

    def _pointing(self, tenant: str, name: str, if_generation: int | None) -> Pointing:
        return Pointing(self._database, tenant, name, now=self._now(), if_generation=if_generation)

    def _head(self, tenant: str) -> Fields:
        return self._database.get(keys.head(tenant)) or Fields()

    def _release(self, step: Transaction, lease: Lease, trouble: Key) -> None:
        """Forget the quarantine that stands there, if one was read."""
        row = step.read(trouble)
        if row is not None:
            gone = rows.quarantine(row)
            step.release(gone.path)
            step.note(self._change(lease.by, "release", gone.name, gone.told_gone()))

    def _change(self, by: Actor, action: str, skill: str | None, detail: Detail) -> Change:
        return Change(by, action, skill, detail, self._now())
