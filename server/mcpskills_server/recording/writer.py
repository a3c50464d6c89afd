"""Writing calls into the journal: as many as are allowed, in batches, by a thread that makes way for everything else."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from mcpskills.bucket import Bucket
from mcpskills.errors import UnavailableError
from mcpskills.journal import Invocation, InvocationStatus
from mcpskills.ports import Journal
from mcpskills_server.pace import Pace
from mcpskills_server.recording.calls import Read
from mcpskills_server.recording.policy import Policy

_log = structlog.get_logger(__name__)

Told = Callable[[Sequence[Invocation]], None]
"""Hears of what was written, on the event loop."""

BATCH: Final = 100
MOST_WAITING: Final = 2_000
MOST_BYTES: Final = 32 * 1024 * 1024
"""Of calls that wait to be written."""

_GRANTED: Final = 10
_STRANGERS: Final = 10
"""What nobody known asked has a tenth of the rate: whoever floods a server leaves room for its callers."""

_PAUSE_SECONDS: Final = 1.0


class Writer:
    """All is called on the event loop; `run` runs beside it. `dropped` counts what is not written."""

    def __init__(
        self, journal: Journal, policy: Policy, per_second: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Of good calls so many are written each second, and as many of failed ones: neither floods the other."""
        self._journal = journal
        self._policy = policy
        self._clock = clock
        now = clock()
        self._good, self._failed = Bucket(per_second, 1.0, now), Bucket(per_second, 1.0, now)
        self._strange = Bucket(max(per_second // _STRANGERS, 1), 1.0, now)
        self._waiting: deque[Read] = deque()
        self._bytes = 0
        self._come = asyncio.Event()
        self._ended = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writing the journal")
        self._made: list[Invocation] = []
        self._told: list[Told] = []
        self._heard = True
        self.written = 0
        self.dropped = 0

    def tell(self, told: Told) -> None:
        """Have it hear of what is written from now on."""
        self._told.append(told)

    @property
    def keeps_bodies(self) -> bool:
        """Whether results are wanted at all."""
        return self._policy != "off"

    def grant(self) -> int:
        """How many good calls may be written by now, a few at most; they are taken from the rate, so `write` them."""
        now = self._clock()
        return sum(self._good.take(now) for _ in range(_GRANTED))

    def offer(self, calls: Sequence[Read]) -> None:
        """Have them written, as far as the rate allows."""
        now = self._clock()
        allowed = [read for read in calls if self._share(read).take(now)]
        self.dropped += len(calls) - len(allowed)
        self.write(allowed)

    def write(self, calls: Sequence[Read]) -> None:
        """Have them written, as far as there is room."""
        for read in calls:
            if len(self._waiting) >= MOST_WAITING or self._bytes >= MOST_BYTES:
                self.dropped += 1
            else:
                self._bytes += read.size
                self._waiting.append(read)
        if self._waiting:
            self._come.set()

    async def run(self) -> None:
        """Write until `end` was called and nothing is left that can be written.

        What cannot be written now is tried again, as long as there is room for what comes after it.
        """
        while not self._ended.is_set() or self._made or self._waiting:
            await self._come.wait()
            while self._made or self._waiting:
                if await self._write_some():
                    continue
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_PAUSE_SECONDS):
                        await self._ended.wait()
                        self._give_up()
            if not self._ended.is_set():
                self._come.clear()
        self._thread.shutdown(wait=False)

    def end(self) -> None:
        """Nothing is offered any more."""
        self._ended.set()
        self._come.set()

    def _give_up(self) -> None:
        self.dropped += len(self._made) + len(self._waiting)
        self._made, self._bytes = [], 0
        self._waiting.clear()

    async def _write_some(self) -> bool:
        loop = asyncio.get_running_loop()
        if not self._made:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._bytes -= sum(read.size for read in batch)
            self._made = await loop.run_in_executor(self._thread, self._make, batch)
            self.dropped += len(batch) - len(self._made)
        made = self._made
        try:
            await loop.run_in_executor(self._thread, self._journal.append, made)
        except UnavailableError as error:
            if self._heard:
                _log.warning("requests cannot be recorded, trying again", reason=error.message)
            self._heard = False
            return False
        except Exception:  # noqa: BLE001 whatever is wrong with one batch, the next is written
            _log.exception("requests cannot be recorded")
            self.dropped += len(made)
        else:
            self._heard = True
            self.written += len(made)
            for told in self._told:
                told(made)
        self._made = []
        return True

    def _make(self, batch: Sequence[Read]) -> list[Invocation]:
        from mcpskills_server.recording.invocations import invocation  # noqa: PLC0415 heavy, and not needed for the first answers

        made, rest = [], Pace(self._ended.is_set)
        for read in batch:
            try:
                made.append(invocation(read, self._policy))
            except Exception:  # noqa: BLE001 whatever one request says, the others are recorded
                _log.exception("a request cannot be recorded")
            rest()
        return made

    def _share(self, read: Read) -> Bucket:
        if read.call.principal is None:
            return self._strange
        return self._good if read.call.status is InvocationStatus.SUCCESS else self._failed
