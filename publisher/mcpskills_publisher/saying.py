"""Saying how this publisher is, for people; no reconcile waits for it."""

import asyncio
import contextlib

import structlog

from mcpskills.errors import UnavailableError
from mcpskills.fleet import PublisherState
from mcpskills.ports import REPORT_SECONDS, Replicas
from mcpskills_publisher.progress import Progress

_log = structlog.get_logger(__name__)

_AGAIN_SECONDS = REPORT_SECONDS / 4


class Saying:
    """`name` is what this process is called among publishers, `every` how many seconds lie between two reconciles at most."""

    def __init__(self, replicas: Replicas, tenant: str, name: str, every: float) -> None:
        self._replicas = replicas
        self._tenant = tenant
        self._state = PublisherState(name, False, every, None, None, None, None)
        self._news = asyncio.Event()
        self._heard = True

    def ended(self, progress: Progress) -> None:
        """A reconcile is over."""
        self._state = PublisherState(
            name=self._state.name,
            leads=progress.leads,
            every_seconds=self._state.every_seconds,
            reconciled_at=progress.at,
            commit=progress.commit,
            frozen=progress.frozen,
            error=progress.error,
        )
        self._news.set()

    async def run(self) -> None:
        """Say it after every reconcile, and again before it is forgotten, until cancelled."""
        while True:
            self._news.clear()
            await asyncio.to_thread(self._say)
            with contextlib.suppress(TimeoutError):
                # Not `wait_for`: up to Python 3.11 it loses a cancellation that comes together with the event.
                async with asyncio.timeout(_AGAIN_SECONDS):
                    await self._news.wait()

    def _say(self) -> None:
        try:
            self._replicas.report_publisher(self._tenant, self._state)
        except UnavailableError as error:
            # An outage is one piece of news, not one for each report.
            if self._heard:
                _log.warning("how this publisher is cannot be told, trying again", reason=error.message)
            self._heard = False
        else:
            self._heard = True
