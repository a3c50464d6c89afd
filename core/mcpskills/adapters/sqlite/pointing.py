"""What admins do to pointers; each function runs inside the caller's transaction and gives the record as it is then."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime

from mcpskills import pointing
from mcpskills.adapters.sqlite import statements
from mcpskills.adapters.sqlite.statements import Change
from mcpskills.audit import Actor
from mcpskills.pointing import Move
from mcpskills.version import Hold, SkillRecord, Standing


@dataclass(frozen=True, slots=True)
class Pointing:
    """One transaction on the skill `name`."""

    db: sqlite3.Connection
    tenant: str
    name: str
    now: datetime

    def hold(self, hold: Hold, by: Actor) -> SkillRecord:
        record = self._record()
        version = None
        if hold.version is not None and not record.deleted:
            version = statements.version(self.db, self.tenant, self.name, hold.version)
        return self._point(record, pointing.hold(record, hold, version, by))

    def lift(self, by: Actor, only: Hold | None) -> SkillRecord:
        record = self._record()
        return self._point(record, pointing.lift(record, by, only))

    def stand(self, number: int, standing: Standing | None, by: Actor) -> SkillRecord:
        record = self._record()
        version = statements.version(self.db, self.tenant, self.name, number)
        move = pointing.stand(record, version, standing, by)
        if move:
            statements.put_standing(self.db, self.tenant, replace(version, standing=standing))
        return self._point(record, move)

    def _record(self) -> SkillRecord:
        return statements.record(self.db, self.tenant, self.name)

    def _point(self, record: SkillRecord, move: Move | None) -> SkillRecord:
        """Put the pointer where it belongs now, and note what was done."""
        if move is None:
            return record
        live = None if record.deleted else statements.chosen(self.db, self.tenant, self.name, record.wanted, move.hold)
        told = move.told(record, live)
        change = Change(self.tenant, move.by, move.action, self.name, told, self.now)
        generation = statements.raise_generation(self.db, change)
        moved = replace(record, live=live, hold=move.hold, generation=generation, updated_at=self.now)
        statements.put_record(self.db, self.tenant, moved)
        return self._record()
