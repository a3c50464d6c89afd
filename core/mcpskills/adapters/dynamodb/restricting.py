"""What admins say of who sees a skill: one transaction on its record, decided by `mcpskills.restricting`."""

from dataclasses import replace
from datetime import datetime

from mcpskills import pointing, restricting
from mcpskills.adapters.dynamodb import keys, reading
from mcpskills.adapters.dynamodb.database import Database
from mcpskills.adapters.dynamodb.transaction import Change, Transaction
from mcpskills.restricting import Restriction
from mcpskills.version import SkillRecord


def restrict(
    database: Database, tenant: str, name: str, wish: Restriction, *, now: datetime, if_generation: int | None
) -> SkillRecord:
    """One attempt: gives the record as it is then, and raises `CrossedError` when another writer was first."""
    key = keys.record(tenant, name)
    step = Transaction(database, tenant, reads=[key])
    row = step.read(key)
    pointing.expect_generation(step.generation, if_generation)
    before = reading.record(database, tenant, row, name) if row else None
    restricted = restricting.restrict(before, name, wish, now)
    if restricted is None:
        return before or restricting.unheard_of(name, now)
    change = Change(wish.actor, restricting.ACTION, name, restricting.told(before, wish), now)
    kept = replace(restricted, generation=step.raise_generation(change))
    step.put_record(kept, row)
    step.commit()
    return kept
