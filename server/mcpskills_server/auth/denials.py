"""Attempts that were denied, on their way into the audit trail: noted beside requests, and no more of them than it can bear.

All writers of a tenant wait for each other at the end of its trail, so a flood of attempts may not become one of entries: each
source, and all together, have so many a minute; what is beyond that is summed up, see `sums.py`.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import structlog
from cachetools import LRUCache

from mcpskills.asgi import Scope
from mcpskills.audit import Actor, Detail
from mcpskills.bucket import Bucket
from mcpskills.errors import UnavailableError
from mcpskills.ports import Principals
from mcpskills.printable import printable
from mcpskills.source_address import source_of
from mcpskills_server.auth.calling import caller_id, request_id, source
from mcpskills_server.auth.sums import NOBODY, Attempt, Sums
from mcpskills_server.telemetry.tally import Tally

_log = structlog.get_logger(__name__)

ACTION: Final = "denied"
A_MINUTE: Final = 60.0
OF_SOURCE: Final = 10
OF_ALL: Final = 120
"""Attempts of a minute that are noted each by itself."""

MOST_WAITING: Final = 500
_MOST_SOURCES: Final = 2_000
_TEXT: Final = 300
_END_SECONDS: Final = 2.0
"""How long a process that stops takes for what it has not noted yet."""


class Denials:
    """`note` runs as long as requests are answered. Everything else is called on the event loop, and only remembers."""

    def __init__(
        self, principals: Principals, tenant: str, tally: Tally, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._principals = principals
        self._tenant = tenant
        self._tally = tally
        self._clock = clock
        self._all = Bucket(OF_ALL, A_MINUTE, clock())
        self._sources: LRUCache[str, Bucket] = LRUCache(_MOST_SOURCES)
        self._waiting: deque[tuple[Actor, Detail]] = deque()
        self._sums = Sums()
        self._sums_end = 0.0
        self._come = asyncio.Event()

    def deny(self, scope: Scope, who: str | None, status: int, why: str) -> None:
        """Remember that somebody was denied something: by itself where there is room for it, else in the sum of a minute.

        Of nobody in particular, and of who only asks too much, there are sums alone.
        """
        whence = source(scope)
        whole = source_of(whence) if whence else None
        if who is None or status == HTTPStatus.TOO_MANY_REQUESTS or not self._room(whole or ""):
            self._sum(scope, who or NOBODY, whole, status, why)
            return
        self._tally.denials_noted += 1
        detail: Detail = {"what": _what(scope), "status": status, "reason": printable(why, _TEXT)}
        self._waiting.append((Actor(who, whence, request_id(scope), caller_id(scope)), detail))
        self._come.set()

    async def note(self) -> None:
        """Write down what was remembered, one after the other, until cancelled; then what is left."""
        try:
            while True:
                # And not `wait_for`: up to Python 3.11 it loses a cancellation that comes together with the event.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._seconds_left()):
                        await self._come.wait()
                self._come.clear()
                if self._sums and self._clock() >= self._sums_end:
                    self._waiting.extend(self._sums.take())
                await self._write()
        finally:
            self._waiting.extend(self._sums.take())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_END_SECONDS):
                    await self._write()

    async def _write(self) -> None:
        while self._waiting:
            by, detail = self._waiting.popleft()
            try:
                await asyncio.to_thread(self._principals.note, self._tenant, ACTION, by, detail)
            except UnavailableError as error:
                self._tally.denials_dropped += 1
                _log.warning(
                    "a denied attempt is not noted",
                    who=by.name,
                    attempts=detail.get("attempts", 1),
                    reason=error.message,
                )

    def _sum(self, scope: Scope, who: str, whence: str | None, status: int, why: str) -> None:
        self._tally.denials_summed += 1
        if not self._sums:
            self._sums_end = self._clock() + A_MINUTE
            # It wakes up to hear when.
            self._come.set()
        if not self._sums.room(who, whence, status):
            what, reason = _what(scope), printable(why, _TEXT)
            self._sums.begin(Attempt(who, caller_id(scope), whence, int(status), what, reason))

    def _seconds_left(self) -> float | None:
        """Until the sums are written down."""
        return max(self._sums_end - self._clock(), 0) if self._sums else None

    def _room(self, whence: str) -> bool:
        if len(self._waiting) >= MOST_WAITING:
            return False
        now = self._clock()
        bucket = self._sources.get(whence)
        if bucket is None:
            bucket = self._sources[whence] = Bucket(OF_SOURCE, A_MINUTE, now)
        # The source's own first: what one floods is not taken from the others.
        return bucket.take(now) and self._all.take(now)


def _what(scope: Scope) -> str:
    return printable(f"{scope['method']} {scope['path']}", _TEXT)
