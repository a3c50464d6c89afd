"""One writing method's transaction: it reads what it decides by, collects what it changes, and commits all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mcpskills import audit
from mcpskills.adapters import catalog_rows as rows
from mcpskills.adapters.dynamodb import attributes, keys
from mcpskills.adapters.dynamodb.attributes import Fields, Item
from mcpskills.adapters.dynamodb.database import Database, Write, primary, principal
from mcpskills.adapters.dynamodb.keys import Key
from mcpskills.audit import Actor, AuditEntry, Head
from mcpskills.checkpoint import Checkpoint
from mcpskills.errors import LeaseLostError
from mcpskills.ports import Lease
from mcpskills.version import Quarantine, SkillRecord, Status, Version


@dataclass(frozen=True, slots=True)
class Change:
    """Who does what, for the audit."""

    by: Actor
    action: str
    skill: str | None
    detail: Mapping[str, str | int | None]
    at: datetime


class Transaction:
    """Everything written is bound to what was read: the lease, the head with its generation and trail, each record.

    So `commit` either finds all of it as it was, or raises `LeaseLostError` or `CrossedError` and has changed nothing.
    """

    def __init__(self, database: Database, tenant: str, lease: Lease | None = None, reads: Sequence[Key] = ()) -> None:
        """Read the head, the lease and `reads`. Raises `LeaseLostError` when the lease is not the present one.

        Whether it has run out is asked in `commit`.
        """
        self._database = database
        self._tenant = tenant
        self._lease = lease
        head, held = keys.head(tenant), keys.lease(tenant)
        self._found = database.get_all([head, *([held] if lease else []), *dict.fromkeys(reads)])
        self.head = self._found.get(head, Fields())
        self._writes: list[Write] = []
        self._of_head: dict[str, Any] = {}
        if lease and self._found.get(held, Fields())["token"] != lease.token:
            raise LeaseLostError(f"Another publisher took over tenant {tenant!r}; this one stops writing.")

    def read(self, key: Key) -> Fields | None:
        """One of the `reads`."""
        return self._found.get(key)

    @property
    def generation(self) -> int:
        return self.head["generation"] or 0

    def raise_generation(self, change: Change) -> int:
        """Raise the tenant's generation for a change of what is served, log and note it, and give the new one."""
        generation = self.generation + 1
        self.set_head(generation=generation)
        told = {"generation": generation, "skill": change.skill, "sequence": trail_end(self.head).sequence + 1}
        self._put(keys.change(self._tenant, generation), told, "A change")
        self._note(change, generation)
        return generation

    def note(self, change: Change) -> None:
        self._note(change, self.generation)

    def set_head(self, **values: str | int | None) -> None:
        """Have the head hold these; None takes one out."""
        self._of_head |= values

    def put_record(self, record: SkillRecord, seen: Fields | None) -> None:
        """`seen` is the row that was read; every write of a record raises its revision."""
        values = rows.record_values(self._tenant, record) | {"revision": (seen["revision"] if seen else 0) + 1}
        if not record.deleted:
            values["status_of"] = keys.status(self._tenant, record.status)
        key, what = keys.record(self._tenant, record.name), f"The record of {record.name!r}"
        if seen is None:
            self._put(key, values, what)
        else:
            self._put(key, values, what, "revision = :revision", {":revision": attributes.attribute(seen["revision"])})

    def add_version(self, version: Version) -> None:
        key = keys.version(self._tenant, version.skill, version.number)
        self._put(key, rows.version_values(self._tenant, version), f"Version {version.number} of {version.skill!r}")

    def put_standing(self, version: Version) -> None:
        key = keys.version(self._tenant, version.skill, version.number)
        marks = {"standing": rows.standing_text(version.standing), "mark": keys.counted(version.number)}
        if version.standing is None:
            marks = dict.fromkeys(marks)
        self._update(primary(key), marks, "attribute_exists(pk)", {})

    def put_quarantine(self, quarantine: Quarantine) -> None:
        marks = {"mark": keys.mark(quarantine.name), "status_of": keys.status(self._tenant, Status.ERROR)}
        values = rows.quarantine_values(self._tenant, quarantine) | marks
        # No condition: the lease says that nobody else is at it.
        key = keys.quarantine(self._tenant, quarantine.path)
        self._put(key, values, f"The quarantine of {quarantine.path!r}", "", {})

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        values = rows.checkpoint_values(self._tenant, checkpoint)
        # No condition, for the same reason.
        self._put(keys.checkpoint(self._tenant), values, "A checkpoint", "", {})

    def release(self, path: str) -> None:
        self._add("Delete", {"Key": primary(keys.quarantine(self._tenant, path))})

    def put_principal(self, place: str, values: Mapping[str, Any], seen: int | None) -> None:
        """Set these attributes of one that was read at the revision `seen`, None when there was none; others stay."""
        key, condition = principal(self._tenant, place), _revision(seen)
        self._update(key, values, *condition, table=self._database.principals)

    def remove_principal(self, place: str, seen: int) -> None:
        delete = {"Key": principal(self._tenant, place)} | _conditional(*_revision(seen))
        self._add("Delete", delete, table=self._database.principals)

    def commit(self) -> None:
        """Write what was collected; nothing collected, nothing written."""
        if self._of_head:
            self._update(primary(keys.head(self._tenant)), self._of_head, *self._head_as_read())
        if not self._writes:
            return
        if self._lease:
            held = {
                "Key": primary(keys.lease(self._tenant)),
                "ConditionExpression": "#token = :token AND expires_at > :now",
                "ExpressionAttributeNames": {"#token": "token"},
                "ExpressionAttributeValues": {
                    ":token": attributes.attribute(self._lease.token),
                    ":now": attributes.attribute(self._database.now().timestamp()),
                },
            }
            self._add("ConditionCheck", held, fence=True)
        self._database.write(self._writes)

    def _note(self, change: Change, generation: int) -> None:
        entry = AuditEntry(
            sequence=0,
            generation=generation,
            at=change.at,
            actor=change.by.name,
            action=change.action,
            skill=change.skill,
            detail={**change.detail, **change.by.told()},
        )
        entry = audit.chained(self._tenant, trail_end(self.head), entry)
        self.set_head(audit_sequence=entry.sequence, audit_hash=entry.hash)
        item = attributes.item(rows.audit_values(self._tenant, entry), "An entry of the audit trail")
        put = {"Item": item, "ConditionExpression": "attribute_not_exists(tenant)"}
        self._add("Put", put, table=self._database.trail)

    def _head_as_read(self) -> tuple[str, dict[str, Any]]:
        """The condition that the head was not changed; noting that a commit was dealt with needs none."""
        if "audit_sequence" not in self._of_head:
            return "", {}
        if self.head["audit_sequence"] is None:
            return "attribute_not_exists(audit_sequence) AND attribute_not_exists(generation)", {}
        condition, values = "audit_sequence = :seen", {":seen": attributes.attribute(self.head["audit_sequence"])}
        if self.head["generation"] is None:
            return f"{condition} AND attribute_not_exists(generation)", values
        return f"{condition} AND generation = :at", values | {":at": attributes.attribute(self.generation)}

    def _put(
        self,
        key: Key,
        values: Mapping[str, Any],
        what: str,
        condition: str = "attribute_not_exists(pk)",
        seen: Mapping[str, Any] | None = None,
    ) -> None:
        """Put an item, a new one unless another condition is given."""
        item = attributes.item({**values, "pk": key.pk, "sk": key.sk}, what)
        self._add("Put", {"Item": item} | _conditional(condition, seen or {}))

    def _update(
        self,
        key: Item,
        values: Mapping[str, Any],
        condition: str,
        seen: Mapping[str, Any],
        *,
        table: str | None = None,
    ) -> None:
        """Set the attributes of one item, and take out those that are None."""
        given = {name: value for name, value in values.items() if value is not None}
        sets = ", ".join(f"#{name} = :{name}" for name in given)
        removes = ", ".join(f"#{name}" for name in values if name not in given)
        bound = {f":{name}": attributes.attribute(value) for name, value in given.items()}
        update = {
            "Key": key,
            "UpdateExpression": " ".join(filter(None, [sets and f"SET {sets}", removes and f"REMOVE {removes}"])),
            "ExpressionAttributeNames": {f"#{name}": name for name in values},
        }
        self._add("Update", update | _conditional(condition, bound | dict(seen)), table=table)

    def _add(self, kind: str, request: dict[str, Any], *, table: str | None = None, fence: bool = False) -> None:
        self._writes.append(Write({kind: {"TableName": table or self._database.skills, **request}}, fence))


def _conditional(condition: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a request that DynamoDB refuses when they are empty."""
    parts = {"ConditionExpression": condition, "ExpressionAttributeValues": values}
    return {name: part for name, part in parts.items() if part}


def _revision(seen: int | None) -> tuple[str, dict[str, Any]]:
    """The condition that a principal is at the revision that was read."""
    if seen is None:
        return "attribute_not_exists(tenant)", {}
    return "revision = :seen", {":seen": attributes.attribute(seen)}


def trail_end(head: Fields) -> Head:
    """Where the audit trail ends, as the head says."""
    return Head(head["audit_sequence"], head["audit_hash"]) if head["audit_sequence"] else Head()
