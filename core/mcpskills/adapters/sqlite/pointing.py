"""What admins do to pointers; each function runs inside the caller's transaction and gives the record as it is then."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime

from mcpskills.adapters.sqlite import statements
from mcpskills.adapters.sqlite.statements import Change
from mcpskills.errors import ConflictError, NotFoundError
from mcpskills.version import Hold, HoldKind, HoldUntil, SkillRecord, Standing, StandingKind, Version


@dataclass(frozen=True, slots=True)
class Pointing:
    """One transaction on the skill `name`."""

    db: sqlite3.Connection
    tenant: str
    name: str
    now: datetime

    def hold(self, hold: Hold) -> SkillRecord:
        record = statements.record(self.db, self.tenant, self.name)
        if record.deleted:
            raise NotFoundError(f"The skill {self.name!r} was deleted from the registry repository.")
        if hold.version is not None:
            _must_be_good(statements.version(self.db, self.tenant, self.name, hold.version))
        if record.hold and _terms(record.hold) == _terms(hold):
            return record
        if hold.kind is HoldKind.PROMOTION and hold.version == record.wanted:
            return (
                record if record.hold is None else self._point(record, None, hold.actor, _told(hold), hold.kind.value)
            )
        if hold.kind is HoldKind.OFFLINE:
            hold = replace(hold, beneath=record.hold)
        return self._point(record, hold, hold.actor, _told(hold), hold.kind.value)

    def lift(self, actor: str, only: Hold | None) -> SkillRecord:
        record = statements.record(self.db, self.tenant, self.name)
        if record.hold is None or (only is not None and record.hold != only):
            return record
        return self._point(record, record.hold.beneath, actor, {}, "lift")

    def stand(self, number: int, standing: Standing | None, actor: str) -> SkillRecord:
        record = statements.record(self.db, self.tenant, self.name)
        version = statements.version(self.db, self.tenant, self.name, number)
        before = version.standing
        if (before and before.kind) == (standing and standing.kind):
            return record
        if before and before.kind is StandingKind.REVOKED and standing is not None:
            raise ConflictError(f"Version {number} of {self.name!r} was revoked already, which is more than yanked.")
        statements.put_standing(self.db, self.tenant, replace(version, standing=standing))
        detail: dict[str, str | int | None] = {
            "version": number,
            "reason": standing.reason if standing else None,
            "was": before.kind.value if before else None,
        }
        return self._point(record, record.hold, actor, detail, standing.kind.value if standing else "restore")

    def _point(
        self, record: SkillRecord, hold: Hold | None, actor: str, detail: dict[str, str | int | None], action: str
    ) -> SkillRecord:
        """Put the pointer where it belongs now, and note what was done."""
        live = None if record.deleted else statements.chosen(self.db, self.tenant, self.name, record.wanted, hold)
        detail = {**detail, "live": live, "was_live": record.live}
        generation = statements.raise_generation(
            self.db, Change(self.tenant, actor, action, self.name, detail, self.now)
        )
        moved = replace(record, live=live, hold=hold, generation=generation, updated_at=self.now)
        statements.put_record(self.db, self.tenant, moved)
        return statements.record(self.db, self.tenant, self.name)


def remaining(hold: Hold | None, version: Version, now: datetime) -> Hold | None:
    """What is left of a hold once the version is there."""
    if hold is None:
        return None
    expired = hold.expires_at is not None and hold.expires_at <= now
    superseded = hold.until is HoldUntil.SUPERSEDED and version.number > (hold.instead_of or 0)
    beneath = remaining(hold.beneath, version, now)
    return beneath if expired or superseded else replace(hold, beneath=beneath)


def _must_be_good(version: Version) -> None:
    if version.standing is not None:
        raise ConflictError(
            f"Version {version.number} of {version.skill!r} was {version.standing.kind} ({version.standing.reason}): choose "
            "another one, or put it back in good standing first."
        )


def _told(hold: Hold) -> dict[str, str | int | None]:
    return {"version": hold.version, "instead_of": hold.instead_of, "reason": hold.reason}


def _terms(hold: Hold) -> tuple[HoldKind, int | None, HoldUntil, datetime | None]:
    return hold.kind, hold.version, hold.until, hold.expires_at
