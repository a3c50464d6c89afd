"""The rows of the skill listing: records and refused folders in one order, filtered, and cut into pages. No I/O."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcpskills.errors import InvalidInputError
from mcpskills.skill import Skill
from mcpskills.version import Quarantine, SkillRecord

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
    return base64.urlsafe_b64encode(json.dumps(row.key).encode()).decode()


def after(cursor: str) -> Key:
    """The key that a cursor stands for. Raises `InvalidInputError`."""
    try:
        name, path = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise InvalidInputError(_NOT_OURS) from error
    if not isinstance(name, str) or not isinstance(path, str):
        raise InvalidInputError(_NOT_OURS)
    return (name, path)


def _key(row: Row) -> Key:
    return row.key


_NOT_OURS = "The cursor is none that a listing gave; leave it out to start from the first skill."
