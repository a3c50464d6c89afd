"""What is recorded, heard once in this process for all who look on at it."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from typing import Final

import structlog

from mcpskills.errors import UnavailableError
from mcpskills.journal import ALL, Invocation, fitted
from mcpskills.ports import Journal, Tail
from mcpskills_server.admin import log_search
from mcpskills_server.admin.follower import Follower, batches
from mcpskills_server.admin.log_search import Wanted

_log = structlog.get_logger(__name__)

_PATIENCE_SECONDS: Final = 2.0
_REMEMBERED: Final = 2_000


class Broadcast:
    """Listens to the tail of a tenant as long as somebody looks on. Belongs to one event loop."""

    def __init__(self, tail: Tail, journal: Journal, tenant: str) -> None:
        self._tail = tail
        self._journal = journal
        self._tenant = tenant
        self._followers: set[Follower] = set()
        self._hearing: asyncio.Task[None] | None = None
        self._begun = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(self, follower: Follower) -> None:
        """From when this returns, the follower is put all that is told, until it leaves."""
        self._followers.add(follower)
        if self._hearing is None:
            self._begun = asyncio.Event()
            # A task of its own: a request whose client leaves is cancelled at each of its steps, those that clean up as well.
            self._hearing = asyncio.create_task(self._hear(self._begun))
            self._tasks.add(self._hearing)
            self._hearing.add_done_callback(partial(self._ended, self._begun))
        await self._begun.wait()

    def leave(self, follower: Follower) -> None:
        """Also of one that was ended, or never joined."""
        self._followers.discard(follower)
        if not self._followers:
            self._stop()

    def close(self) -> None:
        """End all who look on, so that a server can stop meanwhile."""
        for each in self._followers:
            each.end()
        self._stop()

    async def finish(self) -> None:
        """End all, and wait until what they held is let go of."""
        self.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_PATIENCE_SECONDS)

    def _stop(self) -> None:
        if self._hearing is not None:
            self._hearing.cancel()
            self._hearing = None

    async def _hear(self, begun: asyncio.Event) -> None:
        known: OrderedDict[str, None] = OrderedDict()
        last = ""
        async with self._tail.listen() as heard:
            begun.set()
            async for batch in heard:
                said = batch or (await asyncio.to_thread(self._missed, last) if last else ())
                # What clients choose is told as the journal keeps it, whatever length and characters it has.
                new = [fitted(each) for each in said if each.id not in known]
                known.update(dict.fromkeys(each.id for each in new))
                while len(known) > _REMEMBERED:
                    known.popitem(last=False)
                last = max([last, *(each.id for each in new)])
                await self._put(new)

    async def _put(self, new: Sequence[Invocation]) -> None:
        for batch in batches(new):
            for each in list(self._followers):
                each.put(batch)
                # However many look on, requests are answered in between.
                await asyncio.sleep(0)

    def _missed(self, last: str) -> Sequence[Invocation]:
        with contextlib.suppress(UnavailableError):
            return log_search.newer(self._journal, self._tenant, Wanted(ALL), last)
        return ()

    def _ended(self, begun: asyncio.Event, hearing: "asyncio.Task[None]") -> None:
        self._tasks.discard(hearing)
        begun.set()
        if hearing.cancelled():
            return
        if (error := hearing.exception()) is not None:
            _log.error("the stream of records broke", exc_info=error)
        if hearing is self._hearing:
            self._hearing = None
            self.close()
