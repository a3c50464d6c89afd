"""The immutable view that a replica serves: built beside the old one at a generation, then swapped in."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from mcpskills.errors import CorruptedError
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
    number: int
    digest: str
    unpack: Callable[[], ServedSkill]

    @cached_property
    def served(self) -> ServedSkill:
        return self.unpack()


class Skills(Mapping[str, ServedSkill]):
    """Served skills by name, in the order of names. Looking at a packed one may raise `CorruptedError`.

    `unreadable` are the names of those that did: whoever makes the next snapshot reads them from elsewhere.
    """

    def __init__(self, entries: Iterable[ServedSkill | PackedSkill] = ()) -> None:
        self._entries = {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.name)}
        self._unreadable: set[str] = set()

    def __getitem__(self, name: str) -> ServedSkill:
        entry = self._entries[name]
        if isinstance(entry, ServedSkill):
            return entry
        try:
            return entry.served
        except CorruptedError:
            self._unreadable.add(name)
            raise

    @property
    def unreadable(self) -> frozenset[str]:
        return frozenset(self._unreadable)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def following(self, without: Collection[str], added: Iterable[ServedSkill]) -> "Skills":
        """The same skills, unpacked or not, without some of these names and with others."""
        return Skills([*(entry for name, entry in self._entries.items() if name not in without), *added])

    def digests(self) -> frozenset[str]:
        """Of the packages."""
        return frozenset(digest for _, digest in map(_identity, self._entries.values()))

    def identity(self, name: str) -> tuple[int, str]:
        """The number and digest of a skill's version, without unpacking it."""
        return _identity(self._entries[name])


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
        return bool(self.added or self.removed or self.updated)


def difference(old: Snapshot, new: Snapshot) -> Difference:
    before, after = old.skills.keys(), new.skills.keys()
    return Difference(
        added=frozenset(after - before),
        removed=frozenset(before - after),
        updated=frozenset(name for name in before & after if old.skills.identity(name) != new.skills.identity(name)),
    )


def _identity(entry: ServedSkill | PackedSkill) -> tuple[int, str]:
    version = entry if isinstance(entry, PackedSkill) else entry.version
    return version.number, version.digest
