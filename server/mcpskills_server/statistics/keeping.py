"""The jobs that fold and have figures ready; what folds is loaded when there is something to, because a server starts without."""

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

import structlog

from mcpskills.errors import McpSkillsError
from mcpskills.ports import Statistics
from mcpskills.statistics.sheet import GRACE, HOUR, hour_of

_log = structlog.get_logger(__name__)

_START_SECONDS, _JITTER_SECONDS = 30.0, 300.0
"""At most. One of many replicas folds, and the others find that there is nothing left to do."""

_SOON_SECONDS, _SPREAD_SECONDS = 1.0, 10.0
_BREATH_SECONDS = 0.02
_DONE: Final = object()


async def keep_folding(statistics: Statistics, tenant: str, now: Callable[[], datetime]) -> None:
    """Fold soon, for a machine that was off, and then once an hour, until cancelled."""
    pause = random.uniform(0, _START_SECONDS)  # noqa: S311 no secret
    while True:
        await asyncio.sleep(pause)
        try:
            await asyncio.to_thread(_fold, statistics, tenant, now)
        except McpSkillsError as error:
            _log.warning("statistics cannot be folded, trying again in an hour", reason=error.message)
        except Exception:  # noqa: BLE001 whatever is wrong with figures, skills are served
            _log.exception("statistics cannot be folded, trying again in an hour")
        pause = until_due(now()) + random.uniform(0, _JITTER_SECONDS)  # noqa: S311 no secret


async def keep_prepared(
    prepare: Callable[[], Iterator[None]], wanted: Callable[[], bool], now: Callable[[], datetime]
) -> None:
    """Have the figures of all skills ready, until cancelled: once they were wanted, when an hour begins, and when one is folded.

    `prepare` does a piece of it at a time. Between two pieces the event loop has the interpreter to itself.
    """
    pause = _SOON_SECONDS
    while True:
        await asyncio.sleep(pause)
        if not wanted():
            continue
        try:
            await _through(prepare())
        except McpSkillsError as error:
            _log.warning("statistics cannot be prepared", reason=error.message)
        except Exception:  # noqa: BLE001 whoever asks for figures is told what is wrong
            _log.exception("statistics cannot be prepared")
        # After a machine was off there is something to fold; it is so by then.
        pause = _START_SECONDS if pause == _SOON_SECONDS else until_changed(now()) + random.uniform(0, _SPREAD_SECONDS)  # noqa: S311 no secret


async def _through(pieces: Iterator[None]) -> None:
    while True:
        if await asyncio.to_thread(next, pieces, _DONE) is _DONE:
            return
        await asyncio.sleep(_BREATH_SECONDS)


def until_due(now: datetime) -> float:
    """Seconds until the next hour can be folded."""
    return (hour_of(now - GRACE) + HOUR + GRACE - now).total_seconds()


def until_changed(now: datetime) -> float:
    """Seconds until the next hour begins, or until the last one is folded."""
    folded = GRACE + timedelta(seconds=_JITTER_SECONDS)
    moments = (hour_of(now) + each for each in (folded, HOUR))
    return min((moment - now).total_seconds() for moment in moments if moment > now)


def _fold(statistics: Statistics, tenant: str, now: Callable[[], datetime]) -> None:
    from mcpskills_server.statistics.folding import fold  # noqa: PLC0415 heavy, and not needed for the first answers

    fold(statistics, tenant, now())
