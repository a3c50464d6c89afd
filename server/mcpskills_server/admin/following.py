"""The journal as it is written: an event stream of records, as far as whoever looks on sees the skills that they are about."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Final, TypeAlias

from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills.journal import Invocation
from mcpskills_server.admin.broadcast import Broadcast
from mcpskills_server.admin.follower import Follower
from mcpskills_server.problem import RETRY_SECONDS

MOST_FOLLOWERS: Final = 200
"""Of a tenant in this process."""

MOST_OF_ONE: Final = 10
"""Of one caller among them."""

BEAT: Final = b": still here\n\n"
OPENING: Final = b"retry: 1000\n\n"

Missed: TypeAlias = Callable[[], Awaitable[Sequence[Invocation]]]
"""Gives what was recorded while one who comes back was away, the oldest first."""


class EventStream(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None], place: contextlib.AbstractContextManager[None]) -> None:
        """`place` is held as long as the stream is sent. Entering it raises where there is none."""
        # Proxies hold back, or press together, what they are not told to pass on.
        super().__init__(events, headers={"cache-control": "no-transform", "x-accel-buffering": "no"})
        self._events = events
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Whoever leaves in the middle of an event would leave what makes them open.
        with self._place:
            async with contextlib.aclosing(self._events):
                await super().__call__(scope, receive, send)


class Followers:
    """Who looks on."""

    def __init__(self, broadcast: Broadcast | None, heartbeat_seconds: float) -> None:
        self._broadcast = broadcast
        self._seconds = heartbeat_seconds
        self._places: Counter[str] = Counter()

    def close(self) -> None:
        """End all streams, so that a server can stop while somebody looks on."""
        if self._broadcast is not None:
            self._broadcast.close()

    async def finish(self) -> None:
        """End all streams, and wait until they let go of what they hold."""
        if self._broadcast is not None:
            await self._broadcast.finish()

    def stream(self, who: str, follower: Follower, missed: Missed | None = None) -> EventStream:
        """What comes from now on to the caller of this id, after what they missed.

        Raises `NotFoundError` where nobody can look on. When too many do, whoever sends the stream is told so.
        """
        if self._broadcast is None:
            raise NotFoundError("This server records nothing that one could look on.")
        return EventStream(self._events(self._broadcast, follower, missed), self._place(who))

    @contextlib.contextmanager
    def _place(self, who: str) -> Iterator[None]:
        """Counted when it is taken: of many who come at once, no more than there are places get in."""
        if self._places[who] >= MOST_OF_ONE:
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"You look on {MOST_OF_ONE} times already, which is the most: end one of these streams, then ask again.",
                {"Retry-After": str(RETRY_SECONDS)},
            )
        if self._places.total() >= MOST_FOLLOWERS:
            raise UnavailableError(
                f"{MOST_FOLLOWERS} look on here already, which is the most: ask again later, or read GET /admin/logs."
            )
        self._places[who] += 1
        try:
            yield
        finally:
            self._places[who] -= 1
            if not self._places[who]:
                del self._places[who]

    async def _events(
        self, broadcast: Broadcast, follower: Follower, missed: Missed | None
    ) -> AsyncGenerator[bytes, None]:
        try:
            await broadcast.join(follower)
            yield OPENING
            # Now nothing is missed between what was and what comes.
            for told in follower.again(() if missed is None else await missed(), await follower.names()):
                yield told
                # However much it is, requests are answered in between.
                await asyncio.sleep(0)
            while (new := await self._next(follower)) is not None:
                if new:
                    yield new
        finally:
            broadcast.leave(follower)

    async def _next(self, follower: Follower) -> bytes | None:
        try:
            async with asyncio.timeout(self._seconds):
                return await follower.taken()
        except TimeoutError:
            return BEAT
