"""Reading JSON that others wrote and that must be exactly what it should be: bounded, without doubled keys, typed by field.

Everything raises `CorruptedError`, whose message says which field of which document, what was expected and what was found.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NoReturn

from mcpskills.errors import CorruptedError
from mcpskills.printable import quoted

_LARGEST = 2**53
"""Whole numbers up to here are the same in every JSON parser."""

_LAST_SECOND = 253_402_300_799
"""Of the year 9999, after which there are no times in Python."""


class Reading:
    """One JSON object. A getter gives a field's value if it is of the getter's kind; `place` names the object in messages."""

    def __init__(self, fields: Mapping[str, object], place: str) -> None:
        self._fields = fields
        self._place = place

    def __contains__(self, key: str) -> bool:
        return key in self._fields

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

    def texts(self, key: str, most: int) -> tuple[str, ...]:
        """A list of at most so many texts; one text alone stands for a list of it, and what is missing for none."""
        value = self._fields.get(key)
        found = [] if value is None else [value] if isinstance(value, str) else value
        if not isinstance(found, list) or len(found) > most:
            self._refuse(key, f"a list of at most {most} texts")
        texts = tuple(each for each in found if isinstance(each, str))
        return texts if len(texts) == len(found) else self._refuse(key, "a list of texts")

    def instant(self, key: str) -> datetime:
        """A time in seconds since 1970, in parts of them if need be (NumericDate of RFC 7519), up to the year 9999."""
        value = self._fields.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LAST_SECOND:
            self._refuse(key, "a time in seconds since 1970")
        return datetime.fromtimestamp(value, UTC)

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


def read(content: bytes, place: str, limit: int, nesting: int | None = None) -> Reading:
    """The object that a whole document is; `place` names it in messages, `limit` is in bytes.

    At most `nesting` objects and lists may stand in each other, the document itself among them; as many as Python reads for None.
    """
    if len(content) > limit:
        raise CorruptedError(f"{place} has {len(content)} bytes, and {limit} are the most that any has.")
    try:
        document = json.loads(content.decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise CorruptedError(f"{place} is no JSON document: {quoted(str(error), 200)}.") from error
    if not isinstance(document, dict):
        raise CorruptedError(f"{place} should be a JSON object, and is another kind of JSON value.")
    if nesting is not None and _deeper(document, nesting):
        raise CorruptedError(f"{place} has objects and lists in each other, more than {nesting} deep.")
    return Reading(document, place)


def _deeper(document: object, nesting: int) -> bool:
    level = [document]
    for _ in range(nesting):
        level = [inner for each in level for inner in _inner(each)]
    return any(isinstance(each, dict | list) for each in level)


def _inner(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Parsers differ in which of two equal keys they take; here neither is taken."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return fields
