"""Reading JSON that others wrote and that must be exactly what it should be: bounded, without doubled keys, typed by field.

Everything raises `CorruptedError`, whose message says which field of which document, what was expected and what was found.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from mcpskills.errors import CorruptedError
from mcpskills.printable import quoted

_LARGEST = 2**53
"""Whole numbers up to here are the same in every JSON parser."""


class Reading:
    """One JSON object. A getter gives a field's value if it is of the getter's kind; `place` names the object in messages."""

    def __init__(self, fields: Mapping[str, object], place: str) -> None:
        self._fields = fields
        self._place = place

    def text(self, key: str) -> str:
        value = self._fields.get(key)
        return value if isinstance(value, str) else self._refuse(key, "text")

    def text_or_none(self, key: str) -> str | None:
        return None if self._fields.get(key) is None else self.text(key)

    def count(self, key: str) -> int:
        value = self._fields.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
            self._refuse(key, "a whole number from 0")
        return value

    def flag(self, key: str) -> bool:
        value = self._fields.get(key)
        return value if isinstance(value, bool) else self._refuse(key, "true or false")

    def moment(self, key: str) -> datetime:
        """A time that says how far it is from UTC."""
        try:
            moment = datetime.fromisoformat(self.text(key))
        except ValueError:
            self._refuse(key, "a time")
        return moment if moment.tzinfo is not None else self._refuse(key, "a time with its offset from UTC")

    def inner(self, key: str) -> "Reading":
        value = self._fields.get(key)
        return Reading(value, self._of(key)) if isinstance(value, dict) else self._refuse(key, "an object")

    def inner_or_none(self, key: str) -> "Reading | None":
        return None if self._fields.get(key) is None else self.inner(key)

    def some(self, key: str, most: int) -> "tuple[Reading, ...]":
        """The objects of a list of one to `most`."""
        value = self._fields.get(key)
        if isinstance(value, list) and 0 < len(value) <= most:
            objects = tuple(Reading(item, self._of(key)) for item in value if isinstance(item, dict))
            if len(objects) == len(value):
                return objects
        return self._refuse(key, "a list of one object" if most == 1 else f"a list of one to {most} objects")

    def _of(self, key: str) -> str:
        return f"`{key}` of {self._place}"

    def _refuse(self, key: str, expected: str) -> NoReturn:
        found = quoted(json.dumps(self._fields.get(key)), 80) if key in self._fields else "missing"
        raise CorruptedError(f"{self._of(key)} should be {expected}, and is {found}.")


def read(content: bytes, place: str, limit: int) -> Reading:
    """The object that a whole document is; `place` names it in messages, `limit` is in bytes."""
    if len(content) > limit:
        raise CorruptedError(f"{place} has {len(content)} bytes, and {limit} are the most that any has.")
    try:
        document = json.loads(content.decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise CorruptedError(f"{place} is no JSON document: {quoted(str(error), 200)}.") from error
    if not isinstance(document, dict):
        raise CorruptedError(f"{place} should be a JSON object, and is another kind of JSON value.")
    return Reading(document, place)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Parsers differ in which of two equal keys they take; here neither is taken."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return fields
