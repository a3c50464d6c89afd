"""The immutable view that a replica serves: built beside the old one at a generation, then swapped in."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
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


@dataclass(frozen=True)
class PackedSkill:
    """A skill of a checkpoint, unpacked when somebody asks for it: most skills are not looked at for a long time.

    `unpack` raises `CorruptedError`.
    """

    name: str
    digest: str
    unpack: Callable[[], ServedSkill]

    @cached_property
    def served(self) -> ServedSkill:
        return self.unpack()


class Skills(Mapping[str, ServedSkill]):
    """Served skills by name, in the order of names. Looking at a packed one may raise `CorruptedError`."""

    def __init__(self, entries: Iterable[ServedSkill | PackedSkill] = ()) -> None:
        self._entries = {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.name)}

    def __getitem__(self, name: str) -> ServedSkill:
        entry = self._entries[name]
        return entry.served if isinstance(entry, PackedSkill) else entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def entry(self, name: str) -> ServedSkill | PackedSkill:
        """As it is kept."""
        return self._entries[name]

    def following(self, without: Collection[str], added: Iterable[ServedSkill]) -> "Skills":
        """The same skills, unpacked or not, without some of these names and with others."""
        return Skills([*(entry for name, entry in self._entries.items() if name not in without), *added])

    def digests(self) -> frozenset[str]:
        """Of the packages."""
        return frozenset(
            entry.digest if isinstance(entry, PackedSkill) else entry.version.digest for entry in self._entries.values()
        )

    def same(self, other: "Skills", name: str) -> bool:
        """Whether both have the same version of a skill that both have."""
        return self.entry(name) is other.entry(name) or self[name].version == other[name].version


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
    skills: Skills
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
    skills: Skills,
    *,
    failed: Mapping[str, str] | None = None,
    revoked: Mapping[str, Mapping[int, str]] | None = None,
    withdrawn: Iterable[str] = (),
    checkpoint: int | None = None,
) -> Snapshot:
    return Snapshot(
        tenant,
        generation,
        built_at,
        skills=skills,
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
        return bool(self.names)

    @property
    def names(self) -> frozenset[str]:
        """All that changed in any way."""
        return self.added | self.removed | self.updated


def difference(old: Snapshot, new: Snapshot) -> Difference:
    before, after = old.skills.keys(), new.skills.keys()
    return Difference(
        added=frozenset(after - before),
        removed=frozenset(before - after),
        updated=frozenset(name for name in before & after if not old.skills.same(new.skills, name)),
    )
