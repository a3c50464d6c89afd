"""The job that folds; what it needs is loaded when there is something to fold, because a server starts without."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime

import structlog

from mcpskills.errors import McpSkillsError
from mcpskills.ports import Statistics
from mcpskills.statistics.sheet import GRACE, HOUR, hour_of

_log = structlog.get_logger(__name__)

_START_SECONDS, _JITTER_SECONDS = 30.0, 300.0
"""At most. One of many replicas folds, and the others find that there is nothing left to do."""


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


def until_due(now: datetime) -> float:
    """Seconds until the next hour can be folded."""
    return (hour_of(now - GRACE) + HOUR + GRACE - now).total_seconds()


def _fold(statistics: Statistics, tenant: str, now: Callable[[], datetime]) -> None:
    from mcpskills_server.statistics.folding import fold  # noqa: PLC0415 heavy, and not needed for the first answers

    fold(statistics, tenant, now())
