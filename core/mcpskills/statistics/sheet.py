"""Sheets: the figures of many skills in one span of time, kept together in one piece.

A skill's figures stand in the sheet of its part, so that one skill's are found without reading all, and all without a read for
each skill. `packing.py` has what stands in them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

PARTS: Final = tuple(f"{number:02x}" for number in range(64))
"""With 10,000 skills, about 160 stand together."""

OPEN: Final = "open"
"""The part with the totals of whatever is open to all: its one row is `NOBODYS`."""

RESTRICTED: Final = "restricted"
"""The part with a row for each skill that was restricted when it was called: totals take those in that the reader may see."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

LATE: Final = timedelta(minutes=10)
"""How long after its end calls are counted in an hour; what is told later counts in the hour that is present then."""

GRACE: Final = LATE + timedelta(minutes=5)
"""How long after its end an hour is folded: nobody counts in it any more, whatever their clocks say."""


class Kind(StrEnum):
    """The span of a sheet.

    `WRITING` is an hour as far as one process knows it, all others are everybody's. Those of several days have what is in these
    days before the last two: what a period of that many days needs beside yesterday and today.
    """

    WRITING = "writing"
    HOUR = "hour"
    DAY = "day"
    DAYS_7 = "7d"
    DAYS_30 = "30d"
    DAYS_90 = "90d"

    @property
    def kept(self) -> timedelta:
        """For how long after its start."""
        return _KEPT[self]


_KEPT: Final[Mapping[Kind, timedelta]] = {
    # A day is made anew from its hours when something is left in one of them: they have to be there.
    Kind.WRITING: timedelta(days=33),
    Kind.HOUR: timedelta(days=35),
    Kind.DAY: timedelta(days=400),
    Kind.DAYS_7: timedelta(days=7 + 2),
    Kind.DAYS_30: timedelta(days=30 + 2),
    Kind.DAYS_90: timedelta(days=90 + 2),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One leaf of a sheet as it is kept; `part`, `kind`, `start`, `writer` and `leaf` tell it from all others.

    What is counted came from `start` on and before `until`, times in UTC. `writer` is the process that wrote it, empty for all
    kinds but `WRITING`. The body is from `packing.written`.
    """

    part: str
    kind: Kind
    start: datetime
    until: datetime
    writer: str = ""
    leaf: int = 0
    body: bytes = b""

    @property
    def expires_at(self) -> datetime:
        return self.start + self.kind.kept


def part_of(skill: str) -> str:
    return PARTS[hashlib.blake2b(skill.encode(errors="replace"), digest_size=1).digest()[0] % len(PARTS)]


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def day_of(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
