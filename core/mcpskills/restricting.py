"""Which groups see a skill, decided from its record alone: catalogs read before and write after."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mcpskills.audit import Actor, Detail, listed
from mcpskills.version import SkillRecord

ACTION: Final = "restrict"
"""What the audit trail calls it."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """Who wants that only these groups see a skill, and why; without groups everybody sees it."""

    groups: frozenset[str]
    reason: str
    by: Actor


def restrict(record: SkillRecord | None, name: str, wish: Restriction, now: datetime) -> SkillRecord | None:
    """The record as it is then, but for its generation; None when the same groups see the skill already."""
    before = record or unheard_of(name, now)
    if before.groups == wish.groups:
        return None
    return replace(before, groups=wish.groups, updated_at=now)


def unheard_of(name: str, now: datetime) -> SkillRecord:
    """The record of a name that no skill has had yet."""
    return SkillRecord(
        name=name,
        path="",
        tree="",
        live=None,
        wanted=None,
        hold=None,
        deleted=True,
        load_error=None,
        generation=0,
        updated_at=now,
    )


def told(record: SkillRecord | None, wish: Restriction) -> Detail:
    """The detail of the audit entry."""
    was = listed(record.groups) if record else None
    return {"groups": listed(wish.groups), "was_groups": was, "reason": wish.reason}
