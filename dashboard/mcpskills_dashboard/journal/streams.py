"""Streams of requests for pages that follow: what the server tells waits here until the page takes it.

Streamlit says nobody that a browser is gone, so a stream ends by itself when its page takes nothing any more.
"""

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import aclosing
from functools import cache
from typing import Final

import httpx2
import structlog

from mcpskills_dashboard.client import connection, logs
from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.logs import Invocation, Wanted
from mcpskills_dashboard.client.refusals import RefusedError, UnusableError

_log = structlog.get_logger(__name__)

MOST: Final = 100
"""Of this process: half of what a server's process sends, so that others can look on as well."""

MOST_WAITING: Final = 500
"""Requests that wait for a page that is slow; then all are left out, and the journal has them."""

_UNWATCHED_SECONDS: Final = 10.0
_AGAIN_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.5


class Stream:
    """What one page is told, with the credential of who is at it.

    `hearing` is what hears it, if anything does; `refused` says that the server, or this process, has no place for it.
    """

    def __init__(self, api: Api, wanted: Wanted) -> None:
        self._api = api
        self._wanted = wanted
        self._lock = threading.Lock()
        self._waiting: list[Invocation] = []
        self._hears = False
        self._missed = True
        self._taken = time.monotonic()
        self.hearing: Future[None] | None = None
        self.refused = False

    def take(self) -> tuple[Sequence[Invocation], bool]:
        """What came since the last time, and whether that is all: else the journal has the rest."""
        with self._lock:
            self._taken = time.monotonic()
            new, self._waiting = self._waiting, []
            missed, self._missed = self._missed, not self._hears
        return new, not missed

    @property
    def is_over(self) -> bool:
        """Whether nothing comes any more, or the visit by which it came is over."""
        return self.hearing is None or self.hearing.done() or not self._has_visit()

    def stop(self) -> None:
        """End it now. Once more does nothing."""
        if self.hearing is not None:
            self.hearing.cancel()

    def is_wanted(self, seconds: float) -> bool:
        """Whether its page took what came within these seconds, and the visit goes on."""
        return time.monotonic() - self._taken < seconds and self._has_visit()

    async def hear(self, http: httpx2.AsyncClient) -> None:
        """Until the server ends it or cannot be heard; why is said by whoever then reads the journal."""
        try:
            async with aclosing(logs.told(self._api, http, self._wanted)) as told:
                async for each in told:
                    self._put(each)
        except RefusedError:
            self.refused = True
        except UnusableError:
            self.refused = False
        finally:
            with self._lock:
                self._hears, self._missed = False, True

    def _put(self, told: Invocation | None) -> None:
        with self._lock:
            self._hears = True
            if told is None:
                self.refused = False
                self._missed = True
            elif len(self._waiting) < MOST_WAITING:
                self._waiting.append(told)
            else:
                self._waiting.clear()
                self._missed = True

    def _has_visit(self) -> bool:
        try:
            self._api.credential()
        except RefusedError:
            return False
        return True


class Streams:
    """Those of a process, which one thread hears all."""

    def __init__(
        self,
        most: int = MOST,
        *,
        unwatched_seconds: float = _UNWATCHED_SECONDS,
        again_seconds: float = _AGAIN_SECONDS,
    ) -> None:
        self._most = most
        self._unwatched_seconds = unwatched_seconds
        self._again_seconds = again_seconds
        self._lock = threading.Lock()
        self._running: set[Future[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._http = connection.endless_transport(most)

    def __len__(self) -> int:
        """How many there are now."""
        return len(self._running)

    def begin(self, api: Api, wanted: Wanted) -> Stream:
        """A new one, until nobody takes what it tells. Where there is no room it is over already, and refused."""
        stream = Stream(api, wanted)
        with self._lock:
            if len(self._running) >= self._most:
                stream.refused = True
                return stream
            hearing = asyncio.run_coroutine_threadsafe(self._hear(stream), self._started())
            self._running.add(hearing)
        stream.hearing = hearing
        hearing.add_done_callback(self._ended)
        return stream

    async def _hear(self, stream: Stream) -> None:
        """As long as it is wanted."""
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(self._hear_again_and_again(stream))
            while stream.is_wanted(self._unwatched_seconds):
                await asyncio.wait([hearing], timeout=_LOOK_SECONDS)
            hearing.cancel()

    async def _hear_again_and_again(self, stream: Stream) -> None:
        """Servers start anew, and places become free."""
        while True:
            await stream.hear(self._http)
            await asyncio.sleep(self._again_seconds)

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="streams of pages", daemon=True).start()
        return self._loop

    def _ended(self, hearing: Future[None]) -> None:
        with self._lock:
            self._running.discard(hearing)
        if not hearing.cancelled() and (error := hearing.exception()) is not None:
            _log.error("a stream of a page broke", exc_info=error)


@cache
def kept() -> Streams:
    """Those of this process; see `visits.kept` why it is found here."""
    return Streams()
