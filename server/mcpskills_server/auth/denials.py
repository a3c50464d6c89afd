"""Attempts that were denied, on their way into the audit trail: noted beside requests, and no more of them than it can bear.

All writers of a tenant wait for each other at the end of its trail, so a flood of attempts may not become one of entries: each
source, and all together, have so many a minute; what is beyond that is counted and not noted.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
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
from mcpskills_server.telemetry.tally import Tally

_log = structlog.get_logger(__name__)

ACTION: Final = "denied"
A_MINUTE: Final = 60.0
OF_SOURCE: Final = 10
OF_ALL: Final = 120
"""Attempts of a minute that are noted."""

MOST_WAITING: Final = 500
_MOST_SOURCES: Final = 2_000
_TEXT: Final = 300


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
        self._come = asyncio.Event()

    def deny(self, scope: Scope, who: str, status: int, why: str) -> None:
        """Remember that somebody was denied something, if there is room for it."""
        whence = source(scope)
        if not self._room(source_of(whence) if whence else ""):
            self._tally.denials_dropped += 1
            return
        self._tally.denials_noted += 1
        what = printable(f"{scope['method']} {scope['path']}", _TEXT)
        detail: Detail = {"what": what, "status": status, "reason": printable(why, _TEXT)}
        self._waiting.append((Actor(who, whence, request_id(scope), caller_id(scope)), detail))
        self._come.set()

    async def note(self) -> None:
        """Write down what was remembered, one after the other, until cancelled."""
        while True:
            await self._come.wait()
            self._come.clear()
            while self._waiting:
                by, detail = self._waiting.popleft()
                try:
                    await asyncio.to_thread(self._principals.note, self._tenant, ACTION, by, detail)
                except UnavailableError as error:
                    self._tally.denials_dropped += 1
                    _log.warning("a denied attempt is not noted", who=by.name, reason=error.message)

    def _room(self, whence: str) -> bool:
        if len(self._waiting) >= MOST_WAITING:
            return False
        now = self._clock()
        bucket = self._sources.get(whence)
        if bucket is None:
            bucket = self._sources[whence] = Bucket(OF_SOURCE, A_MINUTE, now)
        # The source's own first: what one floods is not taken from the others.
        return bucket.take(now) and self._all.take(now)
