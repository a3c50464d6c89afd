"""The rows of the skill listing: records and refused folders in one order, filtered, and cut into pages. No I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcpskills.skill import Skill
from mcpskills.version import Quarantine, SkillRecord
from mcpskills_server.admin import cursors

Key = tuple[str, str]
"""Name and folder: two refused folders may claim one name."""


@dataclass(frozen=True, slots=True)
class Row:
    """A skill's record, or the quarantine of a folder that is not a record's."""

    of: SkillRecord | Quarantine

    @property
    def key(self) -> Key:
        return (self.of.name, self.of.path)


def rows(records: Iterable[SkillRecord], quarantined: Iterable[Quarantine]) -> list[Row]:
    """All rows in their order. What keeps a skill's own folder from going live is said in the skill's row."""
    known = list(records)
    places = {record.path for record in known}
    return sorted([*map(Row, known), *(Row(entry) for entry in quarantined if entry.path not in places)], key=_key)


def mentions(row: Row, skill: Skill | None, words: Sequence[str]) -> bool:
    """Whether every word stands somewhere in the row: name, folder, description, tags or reason, in any case."""
    reason = row.of.load_error if isinstance(row.of, SkillRecord) else row.of.reason
    said = (skill.description, *skill.tags) if skill else ()
    text = "\n".join((*row.key, reason or "", *said)).casefold()
    return all(word in text for word in words)


def cursor(row: Row) -> str:
    return cursors.written(*row.key)


def after(cursor: str) -> Key:
    """The key that a cursor stands for. Raises `InvalidInputError`."""
    name, path = cursors.read(cursor, 2, "the first skill")
    return (name, path)


def _key(row: Row) -> Key:
    return row.key
