"""The GET streams of a replica: one for each session, told of every swap, kept open by heartbeats."""

import asyncio
from contextlib import suppress
from functools import cache
from typing import Final

import structlog
from starlette.types import Receive, Send

from mcpskills import seeing
from mcpskills.errors import McpSkillsError, NotFoundError, UnavailableError
from mcpskills.session import Session
from mcpskills.snapshot import Difference
from mcpskills_server.mcp.sessions import sse
from mcpskills_server.mcp.sessions.book import SessionBook
from mcpskills_server.mcp.sessions.stream import Stream
from mcpskills_server.replica import Replica

_log = structlog.get_logger(__name__)

TURNS: Final = 60
"""Between two heartbeats the streams take their turns in so many groups, so that they never come all at once."""

READERS: Final = 2
"""Streams whose sessions are read again at the same time: beside requests, which come first."""

BATCH: Final = 200
"""Streams told of a swap before others get their turn."""


class Streams:
    """Run `run` as long as there may be streams."""

    def __init__(self, replica: Replica, book: SessionBook, heartbeat_seconds: float) -> None:
        self._replica = replica
        self._book = book
        self._seconds = heartbeat_seconds
        self._open: dict[str, Stream] = {}
        self._turns: tuple[set[Stream], ...] = tuple(set() for _ in range(TURNS))
        self._due: asyncio.Queue[Stream] = asyncio.Queue()

    def __len__(self) -> int:
        return len(self._open)

    async def serve(
        self, session: Session, since: int | None, receive: Receive, send: Send, *, sees: frozenset[str] | None
    ) -> None:
        """Tell what changed since a generation, by default the last that was delivered, and then whatever changes.

        Only of skills that the caller sees, see `access.Caller.sees`. A stream of the same session that is open here ends:
        whoever opens another has lost it.
        """
        present = self._replica.view.snapshot.generation
        since = session.generation if since is None else since
        stream = Stream(session, present, min(since, present), send, sees)
        # An id that the client gets before would say that it knows of what is being looked up.
        stream.hold()
        if (before := self._open.get(session.id)) is not None:
            before.end()
        self._open[session.id] = stream
        turn = min(self._turns, key=len)
        turn.add(stream)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _headers(session)})
            first = sse.opening(since, session.protocol_version)
            await send({"type": "http.response.body", "body": first, "more_body": True})
            if since != present:
                stream.tell(present, await self._changed_since(since, stream))
            stream.release()
            await stream.last(receive)
        finally:
            turn.discard(stream)
            if self._open.get(session.id) is stream:
                del self._open[session.id]
            if stream.delivered > stream.session.generation:
                with suppress(McpSkillsError):
                    await self._note(stream)

    def say(self, identifier: str, message: str) -> None:
        """Pass a message on to a session that has a stream here; it is lost else."""
        if (stream := self._open.get(identifier)) is not None:
            stream.say(message)

    async def swapped(self, changed: Difference) -> None:
        generation, changed_for = self._replica.view.snapshot.generation, cache(changed.seen_by)
        for number, stream in enumerate(list(self._open.values())):
            if names := changed_for(stream.sees):
                stream.tell(generation, names)
            else:
                stream.pass_over(generation)
            if number % BATCH == BATCH - 1:
                await asyncio.sleep(0)

    def changed(self, identifier: str) -> None:
        """A session may have changed: its stream reads it again."""
        if (stream := self._open.get(identifier)) is not None:
            self._reread_soon(stream)

    async def run(self) -> None:
        """Keep streams and their sessions alive, until cancelled. Signals may be lost, so sessions are read again as well."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(READERS):
                tasks.create_task(self._reread())
            await self._beat()

    async def _beat(self) -> None:
        """Every stream keeps its turn, so that it is never silent for longer than from one to the next."""
        while True:
            for turn in self._turns:
                await asyncio.sleep(self._seconds / TURNS)
                for stream in list(turn):
                    stream.beat()
                    self._reread_soon(stream)

    def close(self) -> None:
        for stream in list(self._open.values()):
            stream.end()

    async def _changed_since(self, since: int, stream: Stream) -> frozenset[str] | None:
        if not stream.session.subscriptions:
            return frozenset()
        try:
            names = await self._replica.changed_since(since)
        except UnavailableError:
            return None
        # Of any skill, there or not, is told the same where it is not known; else of those that the caller sees.
        return names and names - seeing.hidden_from(stream.sees, self._replica.view.snapshot)

    def _reread_soon(self, stream: Stream) -> None:
        if not stream.queued:
            stream.queued = True
            self._due.put_nowait(stream)

    async def _reread(self) -> None:
        while True:
            stream = await self._due.get()
            stream.queued = False
            if self._open.get(stream.session.id) is not stream:
                continue
            count = stream.count
            try:
                stream.renew(await self._note(stream), count)
            except NotFoundError:
                stream.end()
            except UnavailableError as error:
                _log.debug("a stream goes on without its session", reason=error.message)
            except Exception:  # noqa: BLE001 whatever is wrong with one session, the streams of the others go on
                _log.exception("a session cannot be read again")

    async def _note(self, stream: Stream) -> Session:
        key, delivered = stream.session.key, stream.delivered
        if delivered > stream.session.generation:
            return await self._book.note(key, lambda session: session.delivered(delivered))
        return await self._book.touch(key)


def _headers(session: Session) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"text/event-stream"),
        # Proxies hold back, or press together, what they are not told to pass on; `no-store` is on every answer.
        (b"cache-control", b"no-transform"),
        (b"x-accel-buffering", b"no"),
        (b"mcp-session-id", session.id.encode()),
    ]
