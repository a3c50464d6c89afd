"""The immutable view that a replica serves: built beside the old one at a generation, then swapped in."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol, TypeAlias

import msgspec

from mcpskills.errors import CorruptedError
from mcpskills.frontmatter import Json
from mcpskills.outline import Outline, outline
from mcpskills.skill import Skill
from mcpskills.version import Version

_UNPACKED = 1_024
"""Skills of a checkpoint that are kept as they were read whole; those that were asked for longest ago are forgotten first."""

_OUTLINED = 4_096
"""Outlines of skills of no checkpoint that are kept; they repeat the text."""


NOWHERE: Final = -1
"""The place of a skill of which no calls are counted yet."""


@dataclass(frozen=True, slots=True)
class ServedSkill:
    """A skill with its live version. `instructions` are the raw bytes of SKILL.md, as the digest counts them.

    The version was vouched for when it was taken in; its provenance is left to the catalog, being as large as many a skill.
    """

    place: ClassVar[int] = NOWHERE

    skill: Skill
    version: Version
    instructions: bytes

    @property
    def name(self) -> str:
        return self.skill.name


class PackedSkill(Protocol):
    """A skill of a checkpoint, read whole when somebody asks for more than its outline, which few skills ever see.

    `place` is a note of who counts calls, one for each snapshot: where those of this skill are counted. To look for that
    elsewhere takes longer than to count. Nothing else of it changes.
    """

    place: int

    @property
    def name(self) -> str: ...

    @property
    def number(self) -> int: ...

    @property
    def digest(self) -> str: ...

    def __hash__(self) -> int: ...

    def prepare(self) -> None:
        """Have it at hand, so that nobody waits for it. Raises `CorruptedError`."""

    def unpack(self) -> ServedSkill:
        """Raises `CorruptedError`."""

    def outline(self) -> Outline:
        """Raises `CorruptedError`."""


Entry: TypeAlias = ServedSkill | PackedSkill


class Skills(Mapping[str, ServedSkill]):
    """Served skills by name, in the order of names. Looking at a packed one may raise `CorruptedError`.

    `unreadable` are the names of those that did: whoever makes the next snapshot reads them from elsewhere.
    """

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        whole: Callable[[PackedSkill], ServedSkill] | None = None,
    ) -> None:
        """`whole` reads a packed one, and may remember it."""
        self._entries = {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.name)}
        self._whole = whole or lru_cache(_UNPACKED)(_unpacked)
        self._outlines: dict[str, Outline] = {}
        self._unreadable: set[str] = set()

    def __getitem__(self, name: str) -> ServedSkill:
        entry = self._entries[name]
        if isinstance(entry, ServedSkill):
            return entry
        try:
            return self._whole(entry)
        except CorruptedError:
            self._unreadable.add(name)
            raise

    def entry(self, name: str) -> Entry | None:
        """What there is of a skill without reading anything."""
        return self._entries.get(name)

    def outline(self, name: str) -> Outline | None:
        """None for a skill that is not there, or that cannot be read."""
        entry = self.entry(name)
        return None if entry is None else self.outlined(entry)

    def outlined(self, entry: Entry) -> Outline | None:
        """The outline of one of the entries; None if it cannot be read."""
        name = entry.name
        if not isinstance(entry, ServedSkill):
            try:
                return entry.outline()
            except CorruptedError:
                self._unreadable.add(name)
                return None
        if name not in self._outlines:
            if len(self._outlines) >= _OUTLINED:
                self._outlines.clear()
            self._outlines[name] = outline(entry.skill, entry.version, entry.instructions)
        return self._outlines[name]

    def frontmatter(self, name: str) -> Mapping[str, Json] | None:
        """Of a skill's live version, without unpacking it. None for a skill that is not there, or that cannot be read."""
        entry = self._entries.get(name)
        if isinstance(entry, ServedSkill):
            return entry.skill.frontmatter
        outlined = self.outline(name)
        return None if outlined is None else msgspec.json.decode(outlined.frontmatter, type=dict[str, Any])

    def prepare(self) -> None:
        """Have all of a checkpoint at hand; who asks before that may wait for a part of it. Takes 0.2 s for 10,000 skills."""
        for entry in self._entries.values():
            if not isinstance(entry, ServedSkill):
                try:
                    entry.prepare()
                except CorruptedError:
                    self._unreadable.add(entry.name)

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
        # Sorting, and looking at each of 100,000 in Python, is left to registries that gain a skill.
        entries, given = self._entries.copy(), {entry.name: entry for entry in added}
        for name in without:
            if name not in given:
                entries.pop(name, None)
        grown = not given.keys() <= entries.keys()
        entries.update(given)
        following = Skills((), self._whole)
        following._entries = {name: entries[name] for name in sorted(entries)} if grown else entries
        return following

    def digests(self) -> frozenset[str]:
        """Of the packages."""
        return frozenset(digest for _, digest in map(identity, self._entries.values()))

    def identity(self, name: str) -> tuple[int, str]:
        """The number and digest of a skill's version, without unpacking it."""
        return identity(self._entries[name])


def _unpacked(packed: PackedSkill) -> ServedSkill:
    return packed.unpack()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one tenant serves at one generation. `names` are sorted; `failed` says which skills could not be read and why.

    `revoked` has the reasons by skill and number. `withdrawn` skills have no good version to choose, and still answer to those
    who pinned one. `restricted` has the groups that see a skill, whether it is served or not; everybody sees those that it does
    not name. `groups` are all that are in it. `checkpoint` is the generation of the checkpoint that this snapshot, or the first
    of those it was built from, began with; None when every skill was read by itself.
    """

    tenant: str
    generation: int
    built_at: datetime
    skills: Skills
    failed: Mapping[str, str] = field(default_factory=dict)
    names: Sequence[str] = ()
    revoked: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    restricted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
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
    restricted: Mapping[str, frozenset[str]] | None = None,
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
        restricted=MappingProxyType(dict(restricted or {})),
        groups=frozenset().union(*(restricted or {}).values()),
        checkpoint=checkpoint,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What a swap changed, by skill name. `turned` are served as before, but to others.

    `before` and `after` are what the two snapshots restrict.
    """

    added: frozenset[str]
    removed: frozenset[str]
    updated: frozenset[str]
    turned: frozenset[str] = frozenset()
    before: Mapping[str, frozenset[str]] = field(default_factory=dict)
    after: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.names or self.turned)

    @property
    def names(self) -> frozenset[str]:
        """All that changed in any way for who sees everything."""
        return self.added | self.removed | self.updated

    def seen_by(self, groups: frozenset[str] | None) -> frozenset[str]:
        """All that changed for who is in these groups; None for who sees everything.

        What is shut to them now is gone for them, and what is opened to them is new.
        """
        if groups is None or not (self.before or self.after):
            return self.names
        seen = {name for name in self.added if is_open(name, self.after, groups)}
        seen |= {name for name in self.removed if is_open(name, self.before, groups)}
        for name in self.updated | self.turned:
            was, now = is_open(name, self.before, groups), is_open(name, self.after, groups)
            if was != now or (now and name in self.updated):
                seen.add(name)
        return frozenset(seen)


def difference(old: Snapshot, new: Snapshot) -> Difference:
    before, after = old.skills.keys(), new.skills.keys()
    return Difference(
        added=frozenset(after - before),
        removed=frozenset(before - after),
        updated=frozenset(name for name in before & after if old.skills.identity(name) != new.skills.identity(name)),
        turned=frozenset(
            name
            for name in old.restricted.keys() | new.restricted.keys()
            if name in before and name in after and old.restricted.get(name) != new.restricted.get(name)
        ),
        before=old.restricted,
        after=new.restricted,
    )


def is_open(name: str, restricted: Mapping[str, frozenset[str]], groups: frozenset[str]) -> bool:
    """Whether who is in these groups sees the skill."""
    only = restricted.get(name)
    return only is None or not only.isdisjoint(groups)


def identity(entry: Entry) -> tuple[int, str]:
    """The number and digest of the version."""
    version = entry.version if isinstance(entry, ServedSkill) else entry
    return version.number, version.digest
