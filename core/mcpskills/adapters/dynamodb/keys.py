"""Where things stand in the tables. A key is one text for the partition and one for the place in it."""

import hashlib
from dataclasses import dataclass

_LONGEST = 512
"""Bytes of a name or path in a key; DynamoDB takes 1024 in all. What is longer ends in its hash."""

_HASHED = len("#") + 64
_CUT = 3
"""Bytes of a character that may have to be left out before the hash."""


@dataclass(frozen=True, slots=True)
class Key:
    pk: str
    sk: str


def head(tenant: str) -> Key:
    return Key(f"tenant#{_quoted(tenant)}", "head")


def lease(tenant: str) -> Key:
    return Key(f"tenant#{_quoted(tenant)}", "lease")


def checkpoint(tenant: str) -> Key:
    return Key(f"tenant#{_quoted(tenant)}", "checkpoint")


def records(tenant: str) -> str:
    return f"records#{_quoted(tenant)}"


def record(tenant: str, name: str) -> Key:
    return Key(records(tenant), mark(name))


def versions(tenant: str, name: str) -> str:
    return f"versions#{_quoted(tenant)}#{_bounded(name)}"


def version(tenant: str, name: str, number: int) -> Key:
    return Key(versions(tenant, name), counted(number))


def quarantined(tenant: str) -> str:
    return f"quarantine#{_quoted(tenant)}"


def quarantine(tenant: str, path: str) -> Key:
    return Key(quarantined(tenant), mark(path))


def changes(tenant: str) -> str:
    return f"changes#{_quoted(tenant)}"


def change(tenant: str, generation: int) -> Key:
    return Key(changes(tenant), counted(generation))


def invocations(tenant: str, shard: int, value: str | None = None) -> str:
    """A shard of the tenant's invocations; with a value, of those that share it."""
    place = f"{_quoted(tenant)}#{shard:x}"
    return place if value is None else f"{place}#{value}"


def sheets(tenant: str, kind: str, part: str) -> str:
    """A part of the tenant's statistics."""
    return f"{_quoted(tenant)}#{kind}#{part}"


def counted(number: int) -> str:
    """A number in the order of numbers."""
    return f"{number:012d}"


def mark(text: str) -> str:
    """A name or path in the order of texts; never empty, as DynamoDB wants it."""
    return f"={_bounded(text)}"


def principal(place: str) -> str:
    """The place of a principal in the partition of its tenant, see `principal_rows.place`."""
    return _bounded(place)


def status(tenant: str, status: str) -> str:
    return f"{_quoted(tenant)}#{status}"


def _bounded(text: str) -> str:
    encoded = text.encode()
    # Shorter than any that ends in a hash, so that none can be written as another one's.
    if len(encoded) < _LONGEST - _CUT:
        return text
    return encoded[: _LONGEST - _HASHED].decode(errors="ignore") + "#" + hashlib.sha256(encoded).hexdigest()


def _quoted(tenant: str) -> str:
    """The tenant's name without the sign that parts a key, so that no tenant's keys can be another's."""
    return tenant.replace("%", "%25").replace("#", "%23")
