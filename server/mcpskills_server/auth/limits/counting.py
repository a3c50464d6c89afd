"""Counting together with all replicas, and what becomes of requests while that cannot be."""

import time
from collections.abc import Callable
from typing import Final, Literal

import structlog

from mcpskills.allowance import Denied, Plan, Spender
from mcpskills.errors import UnavailableError
from mcpskills.ports import Allowances, Permit, SharedAllowances

_log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 1.0
"""How long nobody asks for what could not be reached; then one request tries it for all."""

Without = Literal["local", "open", "closed"]
"""Counting in each process by itself, granting all, or refusing all."""

CLOSED: Final = "Requests cannot be counted now, and are refused until they can; ask again in a moment."


class _Uncounted:
    """The permit of a request that nobody counts."""

    def standing(self) -> None:
        return

    def leave(self) -> None:
        return


class Counting:
    """What all replicas count, and meanwhile the configured choice."""

    def __init__(
        self,
        shared: SharedAllowances,
        local: Allowances,
        without: Without,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shared = shared
        self._local = local
        self._without = without
        self._now = now
        self._lost = False
        self._try_again_at = 0.0

    @property
    def counted_by(self) -> str:
        """For people: `redis`, or the choice while it is away."""
        return self._without if self._lost else "redis"

    async def enter(self, spender: Spender, plan: Plan, *, streaming: bool) -> Permit | Denied:
        """Raises `UnavailableError` where requests that cannot be counted are refused."""
        if self._lost:
            now = self._now()
            if now < self._try_again_at:
                return self._alone(spender, plan, streaming=streaming)
            self._try_again_at = now + PAUSE_SECONDS
        try:
            entered = await self._shared.enter(spender, plan, streaming=streaming)
        except UnavailableError as error:
            self._lose(error)
            return self._alone(spender, plan, streaming=streaming)
        self._find()
        return entered

    def _alone(self, spender: Spender, plan: Plan, *, streaming: bool) -> Permit | Denied:
        match self._without:
            case "local":
                return self._local.enter(spender, plan, streaming=streaming)
            case "open":
                return _Uncounted()
            case "closed":
                raise UnavailableError(CLOSED)

    def _lose(self, error: UnavailableError) -> None:
        self._try_again_at = self._now() + PAUSE_SECONDS
        if not self._lost:
            self._lost = True
            _log.warning("requests are not counted together", reason=error.message, meanwhile=self._without)

    def _find(self) -> None:
        if self._lost:
            self._lost = False
            _log.info("requests are counted together again")
