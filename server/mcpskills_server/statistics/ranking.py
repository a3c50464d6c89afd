"""The figures of all skills of a period, made once for all who ask within some seconds."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

from cachetools import TTLCache

from mcpskills.statistics import packing
from mcpskills.statistics.figures import Figures
from mcpskills.statistics.packing import Rows
from mcpskills.statistics.periods import Period
from mcpskills.statistics.sheet import Sheet
from mcpskills_server.statistics.reading import PartOfAll, Reader

_PERCENTILES: Final = (0.5, 0.95, 0.99)

LASTING_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Numbers:
    """Figures without their sketches. Percentiles are in milliseconds, None without calls."""

    calls: int = 0
    errors: int = 0
    timeouts: int = 0
    error_rate: float = 0.0
    users: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    first_called_at: datetime | None = None
    last_called_at: datetime | None = None


NOTHING: Final = Numbers()

Ranking = Mapping[str, Numbers]
"""Of every skill that was called in the period, by name."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A part as it was reckoned, with digests of the sheets that it came from."""

    folded: bytes
    of_folded: Ranking
    written: bytes
    whole: Ranking


class Rankings:
    """May be used from any thread: who comes while a ranking is made waits for it.

    What is folded is reckoned once, and again after the next folding; in between only the skills that somebody called since.
    """

    def __init__(self, reader: Reader, lasting: float = LASTING_SECONDS) -> None:
        self._reader = reader
        self._kept: TTLCache[Period, Ranking] = TTLCache(maxsize=len(Period), ttl=lasting)
        self._parts: dict[Period, dict[str, _Known]] = {period: {} for period in Period}
        self._locks = {period: Lock() for period in Period}
        self.wanted = False
        """Whether anybody has asked: what nobody looks at is not worth its memory."""

    def of(self, period: Period) -> Ranking:
        """Raises `UnavailableError`."""
        self.wanted = True
        with self._locks[period]:
            ranking = self._kept.get(period)
            if ranking is None:
                ranking = self._kept[period] = self._made(period)
            return ranking

    def prepare(self) -> Iterator[None]:
        """Reckon what is not known yet, a part at a time, so that nobody has to wait for it. Raises `UnavailableError`.

        Between two parts whoever wants a ranking gets it: they reckon what is left.
        """
        for period in Period:
            for part in self._reader.parts_of_all(period):
                with self._locks[period]:
                    before = self._parts[period].get(part.name)
                    is_new = self._part(period, part) is not before
                if is_new and (part.folded or part.written):
                    yield

    def _made(self, period: Period) -> Ranking:
        ranking = dict[str, Numbers]()
        for part in self._reader.parts_of_all(period):
            ranking |= self._part(period, part).whole
        return ranking

    def _part(self, period: Period, part: PartOfAll) -> _Known:
        known = self._parts[period].get(part.name)
        folded, written = _digest(part.folded), _digest(part.written)
        if known is not None and (known.folded, known.written) == (folded, written):
            return known
        if known is not None and known.folded == folded:
            of_folded = known.of_folded
        else:
            of_folded = _ranking(packing.merged(part.folded, versions=False))
        whole = {**of_folded, **_ranking(part.rows_of_written())} if part.written else of_folded
        known = self._parts[period][part.name] = _Known(folded, of_folded, written, whole)
        return known


def _ranking(rows: Rows) -> Ranking:
    return {row.skill: numbers(figures) for row, figures in rows.items()}


def _digest(sheets: Iterable[Sheet]) -> bytes:
    """Another one when the figures may be others."""
    made = hashlib.blake2b(digest_size=16)
    for sheet in sorted(sheets, key=_place):
        made.update(repr((*_place(sheet), len(sheet.body))).encode())
        made.update(sheet.body)
    return made.digest()


def _place(sheet: Sheet) -> tuple[str, datetime, str, int]:
    return sheet.kind, sheet.start, sheet.writer, sheet.leaf


def numbers(figures: Figures) -> Numbers:
    p50, p95, p99 = (
        None if value is None else _milliseconds(value) for value in figures.latencies.percentiles(*_PERCENTILES)
    )
    return Numbers(
        calls=figures.calls,
        errors=figures.errors,
        timeouts=figures.timeouts,
        error_rate=round(figures.error_rate, 4),
        users=figures.users.number,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        first_called_at=figures.first_at,
        last_called_at=figures.last_at,
    )


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
