"""The immutable view that a replica serves: built beside the old one at a generation, then swapped in."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from mcpskills.skill import Skill
from mcpskills.version import Version


@dataclass(frozen=True, slots=True)
class ServedSkill:
    """A skill with its live version. `instructions` are the raw bytes of SKILL.md, as the digest counts them.

    The version was vouched for when it was taken in; its provenance is left to the catalog, being as large as many a skill.
    """

    skill: Skill
    version: Version
    instructions: bytes

    @property
    def name(self) -> str:
        return self.skill.name


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one tenant serves at one generation. `names` are sorted; `failed` says which skills could not be read and why.

    `revoked` has the reasons by skill and number. `withdrawn` skills have no good version to choose, and still answer to those
    who pinned one. `checkpoint` is the generation of the checkpoint that this snapshot, or the first of those it was built from,
    began with; None when every skill was read by itself.
    """

    tenant: str
    generation: int
    built_at: datetime
    skills: Mapping[str, ServedSkill]
    failed: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    revoked: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    checkpoint: int | None = None

    def after(self, name: str | None, limit: int) -> tuple[ServedSkill, ...]:
        """At most `limit` skills whose names sort after `name`; from the first one when it is None.

        Going on after a name, not at a position, is what lets a listing survive a swap between two of its pages.
        """
        start = 0 if name is None else bisect_right(self.names, name)
        return tuple(self.skills[name] for name in self.names[start : start + limit])


def build(
    tenant: str,
    generation: int,
    built_at: datetime,
    served: Iterable[ServedSkill],
    *,
    failed: Mapping[str, str] | None = None,
    revoked: Mapping[str, Mapping[int, str]] | None = None,
    withdrawn: Iterable[str] = (),
    checkpoint: int | None = None,
) -> Snapshot:
    skills = {skill.name: skill for skill in sorted(served, key=lambda skill: skill.name)}
    return Snapshot(
        tenant,
        generation,
        built_at,
        skills=MappingProxyType(skills),
        failed=MappingProxyType(dict(failed or {})),
        names=tuple(skills),
        revoked=MappingProxyType(dict(revoked or {})),
        withdrawn=frozenset(withdrawn),
        checkpoint=checkpoint,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What a swap changed, by skill name."""

    added: frozenset[str]
    removed: frozenset[str]
    updated: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.updated)


def difference(old: Snapshot, new: Snapshot) -> Difference:
    before, after = old.skills.keys(), new.skills.keys()
    return Difference(
        added=frozenset(after - before),
        removed=frozenset(before - after),
        updated=frozenset(
            name
            for name in before & after
            if old.skills[name] is not new.skills[name] and old.skills[name].version != new.skills[name].version
        ),
    )
