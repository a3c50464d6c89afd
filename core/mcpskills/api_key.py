"""API keys as their holders have them: `oms_<tenant>_<id>_<secret>`, and what is kept in place of one.

The secret is 256 random bits, then a checksum: typos, and what scanners take for a key, are told apart before any store is asked.
Whoever keeps a key keeps its `Peppers.digest` alone.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass
from typing import Final, Self

from mcpskills import tenant as tenants
from mcpskills.errors import InvalidInputError

PREFIX: Final = "oms_"
"""What every key begins with, and no other credential."""

PATTERN: Final = rf"{PREFIX}{tenants.PATTERN}_[A-Za-z0-9]{{12}}_[A-Za-z0-9]{{49}}"
"""The form of a key, without its checksum; it holds no groups."""

LEAST_PEPPER: Final = 32
"""Characters of a pepper: as many as half of the digest's bits take in hexadecimal digits."""

_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ID, _SECRET, _CHECKSUM = 12, 43, 6
"""43 of 62 digits hold 256 bits, 6 hold the 32 of the checksum."""

_PARTS: Final = re.compile(
    rf"{PREFIX}({tenants.PATTERN})_([A-Za-z0-9]{{{_ID}}})_([A-Za-z0-9]{{{_SECRET + _CHECKSUM}}})"
)
_MOST: Final = len(PREFIX) + 63 + 1 + _ID + 1 + _SECRET + _CHECKSUM
_MARK: Final = b"mcpskills pepper"
_MARK_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class WholeKey:
    """A key that is whole; whether it is known, and good for anything, is said by a store. `text` is all of it, a secret."""

    tenant: str
    id: str
    text: str

    def __repr__(self) -> str:
        return f"WholeKey({self.tenant!r}, {self.id!r})"

    @classmethod
    def make(cls, tenant: str) -> Self:
        """A new key. Raises `InvalidInputError` for a tenant whose name cannot stand in one."""
        if not tenants.is_name(tenant):
            raise InvalidInputError(f"The tenant {tenant!r} can have no API keys: expected {tenants.FORM}.")
        which = _random(_ID)
        unchecked = f"{PREFIX}{tenant}_{which}_{_random(_SECRET)}"
        return cls(tenant, which, unchecked + _checksum(unchecked))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None for whatever was not made by `make`, a character too much included."""
        found = _PARTS.fullmatch(text) if len(text) <= _MOST else None
        if found is None or _checksum(text[:-_CHECKSUM]) != text[-_CHECKSUM:]:
            return None
        return cls(found[1], found[2], text)


@dataclass(frozen=True, slots=True)
class Peppers:
    """Secrets that digests are made with: the present one, and the one before it while keys of that time are still used.

    A digest names its pepper, so that one is replaced by putting the new one first. Who steals the store without the pepper can
    neither tell a key by it nor make one.
    """

    present: bytes
    earlier: bytes | None = None

    def __repr__(self) -> str:
        return "Peppers(…)"

    def digest(self, key: WholeKey) -> str:
        """What is kept of a key: which pepper, then HMAC-SHA-256 over all of the key, in hex."""
        return _digest(self.present, key)

    def match(self, key: WholeKey, digest: str) -> bool:
        """Whether the digest was made of this key, in a time that does not depend on where they differ."""
        peppers = (self.present,) if self.earlier is None else (self.present, self.earlier)
        return any(hmac.compare_digest(_digest(pepper, key).encode(), digest.encode()) for pepper in peppers)


def pepper(said: str) -> bytes:
    """A pepper as settings and files have it. Raises `InvalidInputError` for one that could be guessed."""
    given = said.strip()
    if len(given) < LEAST_PEPPER:
        raise InvalidInputError(
            f"Expected at least {LEAST_PEPPER} random characters for a pepper, got {len(given)}: "
            "`openssl rand -hex 32` makes some."
        )
    return given.encode()


def _digest(secret: bytes, key: WholeKey) -> str:
    mark = hmac.digest(secret, _MARK, hashlib.sha256).hex()[:_MARK_DIGITS]
    return f"{mark}:{hmac.digest(secret, key.text.encode(), hashlib.sha256).hex()}"


def _random(digits: int) -> str:
    return "".join(secrets.choice(_DIGITS) for _ in range(digits))


def _checksum(text: str) -> str:
    """CRC-32, as in the tokens of GitHub."""
    left, digits = zlib.crc32(text.encode()), ""
    for _ in range(_CHECKSUM):
        left, digit = divmod(left, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
