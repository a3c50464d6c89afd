"""The figures of all skills of a period, made once for all who ask within some seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

from cachetools import TTLCache

from mcpskills.statistics.figures import Figures
from mcpskills.statistics.periods import Period
from mcpskills_server.statistics.reading import Reader

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


class Rankings:
    """May be used from any thread: who comes while a ranking is made waits for it.

    What is made anew is only the parts in which somebody called a skill meanwhile.
    """

    def __init__(self, reader: Reader, lasting: float = LASTING_SECONDS) -> None:
        self._reader = reader
        self._kept: TTLCache[Period, Ranking] = TTLCache(maxsize=len(Period), ttl=lasting)
        self._parts: dict[Period, dict[str, tuple[bytes, Ranking]]] = {period: {} for period in Period}
        self._locks = {period: Lock() for period in Period}

    def of(self, period: Period) -> Ranking:
        """Raises `UnavailableError`."""
        with self._locks[period]:
            ranking = self._kept.get(period)
            if ranking is None:
                ranking = self._kept[period] = self._made(period)
            return ranking

    def _made(self, period: Period) -> Ranking:
        known, ranking = self._parts[period], dict[str, Numbers]()
        for part in self._reader.parts_of_all(period):
            digest = part.digest
            before = known.get(part.name)
            if before is None or before[0] != digest:
                of_part = {row.skill: numbers(figures) for row, figures in part.rows().items()}
                before = known[part.name] = digest, of_part
            ranking |= before[1]
        return ranking


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
