"""What admins do to pointers: one transaction on one skill, decided by `mcpskills.pointing`."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from mcpskills import pointing
from mcpskills.adapters.dynamodb import keys, reading
from mcpskills.adapters.dynamodb.database import Database
from mcpskills.adapters.dynamodb.transaction import Change, Transaction
from mcpskills.audit import Actor
from mcpskills.pointing import Move
from mcpskills.version import Hold, SkillRecord, Standing


class Pointing:
    """One attempt. Its methods give the record as it is then, and raise `CrossedError` when another writer was first."""

    def __init__(self, database: Database, tenant: str, name: str, *, now: datetime, if_generation: int | None) -> None:
        """Raises `NotFoundError` for an unknown skill, `PreconditionFailedError` when the generation is another one."""
        key = keys.record(tenant, name)
        self._database, self._tenant, self._name, self._now = database, tenant, name, now
        self._step = Transaction(database, tenant, reads=[key])
        self._row = self._step.read(key)
        pointing.expect_generation(self._step.generation, if_generation)
        self._record = reading.record(database, tenant, self._row, name)

    def hold(self, hold: Hold, by: Actor) -> SkillRecord:
        version = None
        if hold.version is not None and not self._record.deleted:
            version = reading.version(self._database, self._tenant, self._name, hold.version)
        return self._point(pointing.hold(self._record, hold, version, by), self._bad())

    def lift(self, by: Actor, only: Hold | None) -> SkillRecord:
        return self._point(pointing.lift(self._record, by, only), self._bad())

    def stand(self, number: int, standing: Standing | None, by: Actor) -> SkillRecord:
        version = reading.version(self._database, self._tenant, self._name, number)
        move = pointing.stand(self._record, version, standing, by)
        if move is None:
            return self._record
        self._step.put_standing(replace(version, standing=standing))
        others = self._bad() - {number}
        return self._point(move, others | {number} if standing else others)

    def _bad(self) -> set[int]:
        return set(reading.standings(self._database, self._tenant, self._name))

    def _point(self, move: Move | None, bad: Collection[int]) -> SkillRecord:
        """Put the pointer where it belongs now, and note what was done."""
        record = self._record
        if move is None:
            return record
        live = None
        if not record.deleted:
            live = reading.chosen(
                self._database, self._tenant, self._name, wanted=record.wanted, hold=move.hold, bad=bad
            )
        told = move.told(record, live)
        generation = self._step.raise_generation(Change(move.by, move.action, self._name, told, self._now))
        moved = replace(record, live=live, hold=move.hold, generation=generation, updated_at=self._now)
        self._step.put_record(moved, self._row)
        self._step.commit()
        return moved
