"""How many different callers there were, from the lowest of their hashes: exact while they are few, an estimate beyond.

Source: Bar-Yossef et al., Counting distinct elements in a data stream (2002), algorithm 1; the estimator of Beyer et al. (2007).
"""

import hashlib
import heapq
import struct
from functools import lru_cache
from typing import Final

import msgspec

MOST: Final = 1024
"""Hashes that are kept. Up to here the number is exact; beyond, its standard error is 1/√(MOST - 2), about 3 %."""

_HASHES: Final = 2**32


class Users:
    """A set of hashes of 32 bits. Merging is exact, and the same callers may come any number of times."""

    __slots__ = ("hashes",)

    def __init__(self, packed: bytes = b"") -> None:
        self.hashes = set(struct.unpack(f"<{len(packed) // 4}I", packed)) if packed else set[int]()

    def observe(self, principal: str) -> None:
        self.hashes.add(_hash(principal))
        self._bound()

    def merge(self, other: "Users") -> None:
        self.hashes |= other.hashes
        self._bound()

    @property
    def number(self) -> int:
        if len(self.hashes) <= MOST:
            return len(self.hashes)
        return round((MOST - 1) * _HASHES / max(self._lowest()))

    def packed(self) -> bytes:
        # One more than counts exactly, so that whoever reads it knows that there were more.
        kept = sorted(self.hashes)[: MOST + 1]
        return struct.pack(f"<{len(kept)}I", *kept)

    def _bound(self) -> None:
        # Seldom, because it sorts: twice as many are as good.
        if len(self.hashes) > 2 * MOST:
            self.hashes = set(heapq.nsmallest(MOST + 1, self.hashes))

    def _lowest(self) -> list[int]:
        return heapq.nsmallest(MOST, self.hashes)


class OpenUsers(msgspec.Struct, gc=False):
    """Callers that are only added to: a single one, of whom the name is in memory anyway, takes no sketch."""

    _only: str | None = None
    _many: Users | None = None

    def observe(self, principal: str) -> None:
        if self._many is not None:
            self._many.observe(principal)
        elif self._only is None:
            self._only = principal
        elif self._only != principal:
            self._many = Users(_alone(self._only))
            self._many.observe(principal)

    def packed(self) -> bytes:
        if self._many is not None:
            return self._many.packed()
        return b"" if self._only is None else _alone(self._only)


@lru_cache(4096)
def _alone(principal: str) -> bytes:
    """What is packed where nobody else called."""
    users = Users()
    users.observe(principal)
    return users.packed()


@lru_cache(4096)
def _hash(principal: str) -> int:
    return int.from_bytes(hashlib.blake2b(principal.encode(errors="replace"), digest_size=4).digest(), "little")
