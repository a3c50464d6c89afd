"""What requests leave behind: counted together where the fast path answered, else kept within bounds until there is time."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import structlog

from mcpskills_server.recording.calls import Call, Read, Reading
from mcpskills_server.recording.taken import Again, Exchange, Swift, Taken
from mcpskills_server.recording.together import Together
from mcpskills_server.recording.writer import Writer

_log = structlog.get_logger(__name__)

Consumer: TypeAlias = Callable[[Sequence[Call]], None]
"""Gets every call once that the fast path did not answer, on the event loop, in batches of `AT_ONCE` at most.

It may take a microsecond for each and not wait.
"""

MOST_WAITING: Final = 8_192
"""Requests that wait to be dealt with; more are dropped."""

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of the bodies that they keep."""

AT_ONCE: Final = 128
"""Requests that are dealt with between two turns of the event loop."""

_ANSWERS_AT_ONCE: Final = 16
"""Of the fast path, which are made anew."""

GATHER_SECONDS: Final = 0.1
LAST_SECONDS: Final = 2.0
"""How long at the end it may take to deal with what is left."""


class Recorder:
    """`swift` and `take` are called on the event loop, by requests; `run` runs as long as there are any."""

    def __init__(
        self, tenant: str, writer: Writer | None = None, consumers: Sequence[Consumer] = (), *, counts: bool = False
    ) -> None:
        """Without a `writer` no records are written. One that `counts` keeps calls of the fast path `together`."""
        self._reading = Reading(tenant)
        self._writer = writer
        self._consumers = consumers
        self._counts = counts
        self._filling = asyncio.Event()
        self._together = Together(self._filling.set)
        self._waiting: deque[Exchange] = deque()
        self._bytes = 0
        self._granted: deque[Swift] = deque()
        self._room = 0
        self._is_full = writer is None
        self._left_out = 0
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
        return None if self._writer is None else self._left_out + self._writer.dropped

    def swift(self, taken: Swift) -> None:
        """Have a request counted that the fast path has answered, and remember it if it may be written.

        The next request waits for this, and the processor's caches are full of other things: so it makes hardly anything, and
        once there is no room it keeps a number and calls nothing.
        """
        if self._counts and not self._together.add(taken):
            self.overflowed += 1
        if self._is_full:
            self._left_out += 1
        else:
            self._remember(taken)

    @property
    def is_filling(self) -> bool:
        """Whether half of what can be counted together is there."""
        return self._filling.is_set()

    @staticmethod
    def load() -> None:
        """Import what records and figures are made by: later it would hold up requests, and at the start the first of them."""
        import mcpskills.statistics.counting  # noqa: F401, PLC0415
        import mcpskills_server.recording.invocations  # noqa: F401, PLC0415

    def together(self) -> Together:
        """The calls of the fast path since this was asked last, to be counted in any thread."""
        together, self._together = self._together, self._together.following()
        self._filling.clear()
        return together

    async def filling(self) -> None:
        """Wait until half of what can be counted together is there."""
        await self._filling.wait()

    def take(self, exchange: Exchange) -> None:
        """Remember any other request."""
        if len(self._waiting) >= MOST_WAITING or self._bytes > MOST_BYTES:
            self.overflowed += 1
            self._left_out += 1
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
        self._is_full = self._writer is None
        while self._granted or self._waiting:
            granted = [self._granted.popleft() for _ in range(min(_ANSWERS_AT_ONCE, len(self._granted)))]
            if self._writer is not None:
                self._writer.write([read for taken in granted if (read := self._whole(taken)) is not None])
            exchanges = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            self._bytes -= sum(taken.size for taken in exchanges)
            found = [read for taken in exchanges if (read := self._read(taken)) is not None]
            calls = [read.call for read in found]
            for consumer in self._consumers:
                self._tell(consumer, calls)
            if self._writer is not None:
                self._writer.offer(found)
            await asyncio.sleep(0)

    def _remember(self, taken: Swift) -> None:
        self._come.set()
        if not self._room and self._writer is not None and len(self._granted) < MOST_WAITING:
            self._room = self._writer.grant()
        if self._room:
            self._room -= 1
            self._granted.append(taken)
        else:
            # Asked for again when all is dealt with: whoever floods a server has no room most of the time.
            self._is_full = True
            self._left_out += 1

    def _read(self, taken: Taken) -> Read | None:
        try:
            return self._reading.read(taken)
        except Exception:  # noqa: BLE001 whatever one request has left behind, the others are recorded
            _log.exception("a request cannot be recorded")
            return None

    def _whole(self, taken: Swift) -> Read | None:
        """With its result, which the fast path makes anew: what it gave is gone."""
        read, (*_, asked, view, _) = self._read(taken), taken
        if read is None or self._writer is None or not self._writer.keeps_bodies:
            return read
        return read._replace(result=self.again(asked, view))

    @staticmethod
    def _tell(consumer: Consumer, calls: Sequence[Call]) -> None:
        try:
            consumer(calls)
        except Exception:  # noqa: BLE001 one consumer's trouble is not that of the others
            _log.exception("calls are lost to one who counts them")
