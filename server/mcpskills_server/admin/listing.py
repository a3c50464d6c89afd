"""The rows of the skill listing: records and refused folders together, and filtered; their orders are in `skill_order.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcpskills.frontmatter import Frontmatter, Json
from mcpskills.skill import from_frontmatter
from mcpskills.version import Quarantine, SkillRecord, Status


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


@dataclass(frozen=True, slots=True)
class Wish:
    """Which rows somebody wants to see.

    `words`, `owner` and `tag` are in the case that compares; `names` are whole.
    """

    status: Status | None = None
    words: tuple[str, ...] = ()
    owner: str | None = None
    tag: str | None = None
    names: frozenset[str] | None = None

    @property
    def needs_facts(self) -> bool:
        return bool(self.words or self.owner or self.tag)

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
