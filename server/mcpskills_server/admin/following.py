"""The journal as it is written: an event stream of records, as far as whoever looks on sees the skills that they are about."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import Final

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills.journal import MOST_ON_A_PAGE, Invocation
from mcpskills.ports import Tail
from mcpskills_server.admin import log_models
from mcpskills_server.admin.log_search import Journal, Wanted
from mcpskills_server.admin.seen_journal import Shown

_log = structlog.get_logger(__name__)

MOST_FOLLOWERS: Final = 200
"""Of a tenant in this process."""

MOST_TOLD_AGAIN: Final = 5 * MOST_ON_A_PAGE
"""Records that one who comes back is told of what it missed; older ones are in the journal."""

BEAT: Final = b": still here\n\n"
OPENING: Final = b"retry: 1000\n\n"
_PATIENCE_SECONDS: Final = 2.0
_REMEMBERED: Final = 2_000


class EventStream(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        # Proxies hold back, or press together, what they are not told to pass on.
        super().__init__(events, headers={"cache-control": "no-transform", "x-accel-buffering": "no"})
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Whoever leaves in the middle of an event would leave what makes them open.
        async with contextlib.aclosing(self._events):
            await super().__call__(scope, receive, send)


class Followers:
    """Who looks on."""

    def __init__(self, tail: Tail | None, heartbeat_seconds: float) -> None:
        self._tail = tail
        self._seconds = heartbeat_seconds
        self._hearing: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """End all streams, so that a server can stop while somebody looks on."""
        for each in list(self._hearing):
            each.cancel()

    async def finish(self) -> None:
        """End all streams, and wait until they let go of what they hold."""
        self.close()
        if self._hearing:
            await asyncio.wait(self._hearing, timeout=_PATIENCE_SECONDS)

    def stream(self, follower: "Follower", last: str | None) -> EventStream:
        """What comes from now on, after all that was recorded since the `last` id.

        Raises `NotFoundError` where nobody can look on, `UnavailableError` when too many do.
        """
        if self._tail is None:
            raise NotFoundError("This server records nothing that one could look on.")
        if len(self._hearing) >= MOST_FOLLOWERS:
            raise UnavailableError(f"{MOST_FOLLOWERS} look on already; ask again later.")
        return EventStream(self._events(self._tail, follower, last))

    async def _events(self, tail: Tail, follower: "Follower", last: str | None) -> AsyncGenerator[bytes, None]:
        waiting: asyncio.Queue[bytes] = asyncio.Queue(1)
        # A task of its own: a request whose client leaves is cancelled at each of its steps, those that clean up as well.
        hearing = asyncio.create_task(_hear(tail, follower, last, waiting))
        self._hearing.add(hearing)
        hearing.add_done_callback(partial(self._ended, waiting))
        try:
            while not (hearing.done() and waiting.empty()):
                try:
                    async with asyncio.timeout(self._seconds):
                        told = await waiting.get()
                except TimeoutError:
                    told = BEAT
                yield told
        finally:
            hearing.cancel()

    def _ended(self, waiting: "asyncio.Queue[bytes]", hearing: "asyncio.Task[None]") -> None:
        self._hearing.discard(hearing)
        if waiting.empty():
            waiting.put_nowait(BEAT)
        if not hearing.cancelled() and (error := hearing.exception()) is not None:
            _log.error("a stream of records broke", exc_info=error)


async def _hear(tail: Tail, follower: "Follower", last: str | None, waiting: "asyncio.Queue[bytes]") -> None:
    async with tail.listen() as batches:
        await waiting.put(OPENING)
        # Now nothing is missed between what was and what comes.
        if told := await follower.since(last):
            await waiting.put(told)
        async for batch in batches:
            if told := follower.told(batch) if batch else await follower.since(follower.last):
                await waiting.put(told)


class Follower:
    """What one who looks on wants, may see, and was told."""

    def __init__(self, journal: Journal, tenant: str, wanted: Wanted, shown: Shown) -> None:
        self._journal = journal
        self._tenant = tenant
        self._wanted = wanted
        self._shown = shown
        self._known: OrderedDict[str, None] = OrderedDict()
        self.last: str | None = None

    def told(self, batch: Sequence[Invocation]) -> bytes:
        """The events of those that are wanted and were not told yet."""
        new = [each for each in self._shown(batch) if each.id not in self._known and self._wanted.has(each)]
        for each in new:
            self._known[each.id] = None
            self.last = max(self.last or "", each.id)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return b"".join(map(_event, new))

    async def since(self, last: str | None) -> bytes:
        """The events of what was recorded after an id and not told yet, the oldest first; nothing for none."""
        if last is None:
            return b""
        with contextlib.suppress(UnavailableError):
            return self.told(await asyncio.to_thread(self._after, last))
        return b""

    def _after(self, last: str) -> Sequence[Invocation]:
        found: list[Invocation] = []
        cursor = None
        which = self._wanted.which
        while len(found) < MOST_TOLD_AGAIN:
            page = self._journal.page(self._tenant, which, cursor=cursor, limit=MOST_ON_A_PAGE)
            newer = [each for each in page.invocations if each.id > last]
            found += newer
            cursor = page.cursor
            if cursor is None or cursor <= last or len(newer) < len(page.invocations):
                break
        return found[::-1]


def _event(invocation: Invocation) -> bytes:
    row = log_models.row(invocation).model_dump_json().encode()
    return b"id: %b\ndata: %b\n\n" % (invocation.id.encode(), row)
