"""The rows of the skill listing: records and refused folders in one order, filtered, and cut into pages. No I/O."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from mcpskills.frontmatter import Frontmatter, Json
from mcpskills.skill import from_frontmatter
from mcpskills.version import Quarantine, SkillRecord, Status
from mcpskills_server.admin import cursors

Key: TypeAlias = tuple[str, str, str]
"""What rows are sorted by, name and folder: two refused folders may claim one name."""

_LAST = "\U0010ffff"
"""Stands for no owner, below all that have one."""


class Sort(StrEnum):
    NAME = "name"
    OWNER = "owner"
    STATUS = "status"
    UPDATED = "updated_at"


class Order(StrEnum):
    ASCENDING = "asc"
    DESCENDING = "desc"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a version says of itself, as far as rows tell it."""

    label: str | None = None
    description: str | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()


UNKNOWN = Facts()


@dataclass(frozen=True, slots=True)
class Row:
    """A skill's record, or the quarantine of a folder that is not a record's, with its status at this replica."""

    of: SkillRecord | Quarantine
    status: Status

    def key(self, sort: Sort = Sort.NAME, facts: Facts = UNKNOWN) -> Key:
        return (self._value(sort, facts), self.of.name, self.of.path)

    def _value(self, sort: Sort, facts: Facts) -> str:
        match sort:
            case Sort.OWNER:
                return facts.owner.casefold() if facts.owner else _LAST
            case Sort.STATUS:
                return self.status.value
            case Sort.UPDATED:
                at = self.of.updated_at if isinstance(self.of, SkillRecord) else self.of.at
                return f"{at.timestamp():020.6f}"
            case Sort.NAME:
                return ""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which rows somebody wants to see, and in which order.

    `words`, `owner` and `tag` are in the case that compares; `names` are whole.
    """

    status: Status | None = None
    words: tuple[str, ...] = ()
    owner: str | None = None
    tag: str | None = None
    sort: Sort = Sort.NAME
    names: frozenset[str] | None = None

    @property
    def needs_facts(self) -> bool:
        return bool(self.words or self.owner or self.tag or self.sort is Sort.OWNER)

    def has(self, row: Row, facts: Facts) -> bool:
        if self.status is not None and row.status is not self.status:
            return False
        if self.names is not None and row.of.name not in self.names:
            return False
        if self.owner is not None and (facts.owner or "").casefold() != self.owner:
            return False
        if self.tag is not None and self.tag not in map(str.casefold, facts.tags):
            return False
        return not self.words or mentions(row, facts, self.words)


def facts(frontmatter: Json) -> Facts:
    """Of a version's frontmatter."""
    skill = from_frontmatter(Frontmatter(frontmatter if isinstance(frontmatter, dict) else {}, {}, "", "", 1))
    return Facts(skill.label, skill.description, skill.owner, skill.tags)


def together(records: Iterable[SkillRecord], quarantined: Iterable[Quarantine]) -> list[SkillRecord | Quarantine]:
    """What rows are of, in the order of names. What keeps a skill's own folder from going live is said in the skill's row."""
    known = list(records)
    taken = {record.path for record in known}
    found: list[SkillRecord | Quarantine] = [*known, *(entry for entry in quarantined if entry.path not in taken)]
    return sorted(found, key=lambda each: (each.name, each.path))


def mentions(row: Row, facts: Facts, words: Sequence[str]) -> bool:
    """Whether every word stands somewhere in the row: name, folder, description, tags or reason, in any case."""
    reason = row.of.load_error if isinstance(row.of, SkillRecord) else row.of.reason
    text = "\n".join((row.of.name, row.of.path, reason or "", facts.description or "", *facts.tags)).casefold()
    return all(word in text for word in words)


def stretch(keys: Sequence[Key], after: Key | None, limit: int, order: Order) -> range:
    """The places of a page among keys that are in ascending order, in the order of the page."""
    if order is Order.ASCENDING:
        start = 0 if after is None else bisect_right(keys, after)
        return range(start, min(start + limit, len(keys)))
    end = len(keys) if after is None else bisect_left(keys, after)
    return range(end - 1, max(end - limit, 0) - 1, -1)


def cursor(key: Key) -> str:
    return cursors.written(*key)


def after(cursor: str) -> Key:
    """The key that a cursor stands for. Raises `InvalidInputError`."""
    value, name, path = cursors.read(cursor, 3, "the first skill")
    return (value, name, path)
