"""What requests leave behind, kept within bounds until it is dealt with, beside them."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Final, TypeAlias

import structlog

from mcpskills_server.recording.calls import Call, Read, Reading
from mcpskills_server.recording.taken import Again, Exchange, Swift, Taken
from mcpskills_server.recording.writer import Writer

_log = structlog.get_logger(__name__)

Consumer: TypeAlias = Callable[[Sequence[Call]], None]
"""Gets every call once, on the event loop, in batches of `AT_ONCE` at most. It may take microseconds for each and not wait."""

MOST_WAITING: Final = 8_192
"""Requests that wait to be dealt with; more are dropped."""

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of the bodies that they keep."""

AT_ONCE: Final = 128
"""Requests that are dealt with between two turns of the event loop."""

GATHER_SECONDS: Final = 0.05
LAST_SECONDS: Final = 2.0
"""How long at the end it may take to deal with what is left."""


class Recorder:
    """`take` and `refuse` are called on the event loop, by requests; `run` runs as long as there are any."""

    def __init__(self, tenant: str, writer: Writer | None = None, consumers: Sequence[Consumer] = ()) -> None:
        """Without a `writer` only consumers hear of calls."""
        self._reading = Reading(tenant, self._time)
        self._writer = writer
        self._consumers = consumers
        self._waiting: deque[Taken] = deque()
        self._bytes = 0
        self._offset = 0.0
        self._come = asyncio.Event()
        self.again: Again = lambda _asked, _view: None
        """Gives the result of what was asked once more."""

        self.overflowed = 0
        """Requests that were dropped because too many waited: of those nothing is known."""

    @property
    def recorded(self) -> int:
        return 0 if self._writer is None else self._writer.written

    @property
    def dropped(self) -> int | None:
        """Requests that are not in the journal, whatever else is known of them; None where none is written."""
        return None if self._writer is None else self.overflowed + self._writer.dropped

    def swift(self, taken: Swift) -> None:
        """Remember a request that the fast path answered. It waits for this, so nothing is done here that can be done later."""
        waiting = self._waiting
        if len(waiting) >= MOST_WAITING:
            self.overflowed += 1
            return
        if not waiting:
            self._come.set()
        waiting.append(taken)

    def take(self, exchange: Exchange) -> None:
        """Remember any other request."""
        if len(self._waiting) >= MOST_WAITING or self._bytes > MOST_BYTES:
            self.overflowed += 1
            return
        self._come.set()
        self._bytes += exchange.size
        self._waiting.append(exchange)

    async def run(self) -> None:
        """Deal with what requests leave behind until cancelled, then with what is left, for a moment."""
        writing = None if self._writer is None else asyncio.create_task(self._writer.run())
        try:
            while True:
                await self._come.wait()
                # What comes together is dealt with together.
                await asyncio.sleep(GATHER_SECONDS)
                await self._deal()
        finally:
            try:
                async with asyncio.timeout(LAST_SECONDS):
                    await self._deal()
                    if self._writer is not None and writing is not None:
                        self._writer.end()
                        await writing
            except TimeoutError:
                _log.warning("the last requests are not in the journal")

    async def _deal(self) -> None:
        self._come.clear()
        self._offset = time.time() - perf_counter()
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            self._bytes -= sum(taken.size for taken in batch if isinstance(taken, Exchange))
            found = [read for taken in batch if (read := self._read(taken)) is not None]
            calls = [read.call for read in found]
            for consumer in self._consumers:
                self._tell(consumer, calls)
            if self._writer is not None:
                self._writer.offer(found, self._whole)
            await asyncio.sleep(0)

    def _read(self, taken: Taken) -> Read | None:
        try:
            return self._reading.read(taken)
        except Exception:  # noqa: BLE001 whatever one request has left behind, the others are recorded
            _log.exception("a request cannot be recorded")
            return None

    def _whole(self, read: Read) -> Read:
        """With its result, which the fast path makes anew: what it gave is gone."""
        if isinstance(read.taken, Exchange):
            return read
        *_, asked, view = read.taken
        return read._replace(result=self.again(asked, view))

    @staticmethod
    def _tell(consumer: Consumer, calls: Sequence[Call]) -> None:
        try:
            consumer(calls)
        except Exception:  # noqa: BLE001 one consumer's trouble is not that of the others
            _log.exception("calls are lost to one who counts them")

    def _time(self, moment: float) -> float:
        return moment + self._offset
