"""One open GET stream: what its client has not been told yet, gathered while it does not read, and sent when it does."""

import asyncio
from collections.abc import Collection
from typing import Final

import anyio
import structlog
from starlette.types import Receive, Send

from mcpskills.session import Session
from mcpskills_server.mcp.sessions import sse
from mcpskills_server.mcp.watched import Watched

_log = structlog.get_logger(__name__)

MISSED_BEATS: Final = 3
"""After so many heartbeats that found the one before still unsent, a stream is given up."""

FAREWELL_SECONDS: Final = 1.0

MOST_RECENT: Final = 16
"""Changes that are remembered by name until the session is read again; of more it is known that there were some."""

MOST_SAID: Final = 64
"""Messages of running calls that may wait; more are dropped."""


class Stream:
    """Between two sends at most one change of lists, one heartbeat and a set of URIs wait, however slow the client is."""

    __slots__ = (
        "_beat",
        "_blocked",
        "_gone",
        "_held",
        "_lists",
        "_recent",
        "_said",
        "_send",
        "_sending",
        "_uris",
        "_waiting",
        "_watched",
        "count",
        "delivered",
        "queued",
        "sees",
        "session",
        "told",
    )

    def __init__(self, session: Session, told: int, delivered: int, send: Send, sees: frozenset[str] | None) -> None:
        """All changes up to the generation `told` are told here; up to `delivered` the client knows of them already."""
        self.session = session
        self.sees = sees
        self.told = told
        self.delivered = delivered
        self.queued = False
        self.count = 0
        """How many changes were told."""
        self._recent: list[tuple[int, Collection[str] | None]] = []
        self._watched = Watched(session.subscriptions)
        self._send = send
        self._sending: asyncio.Task[None] | None = None
        self._waiting = anyio.CancelScope()
        self._lists = self._beat = self._gone = self._held = False
        self._uris: set[str] = set()
        self._said: list[str] = []
        self._blocked = 0

    def renew(self, session: Session, count: int) -> None:
        """The session as it was kept when so many changes had been told.

        What its client has come to watch since it was read before may be among the changes since then.
        """
        if session.subscriptions != self.session.subscriptions:
            added = Watched(session.subscriptions - self.session.subscriptions)
            self._watched = Watched(session.subscriptions)
            for _, names in self._recent:
                self._uris |= added.touched(names)
            self._lists = self._lists or bool(self._uris)
            self._go()
        self.session = session
        self._recent = [(number, names) for number, names in self._recent if number > count]

    def tell(self, generation: int, names: Collection[str] | None) -> None:
        """Skills of these names changed up to a generation; None for any of them."""
        self.told = max(generation, self.told)
        self._lists = True
        self._uris |= self._watched.touched(names)
        self.count += 1
        if len(self._recent) < MOST_RECENT:
            self._recent.append((self.count, names))
        else:
            self._recent[-1] = self.count, None
        self._go()

    def pass_over(self, generation: int) -> None:
        """Nothing that the client sees changed up to a generation."""
        self.told = max(generation, self.told)

    def say(self, message: str) -> None:
        """Pass on a message of JSON-RPC that a running call has for the session as a whole."""
        if len(self._said) < MOST_SAID:
            self._said.append(message)
            self._go()

    def hold(self) -> None:
        """Gather everything and send nothing, until `release`."""
        self._held = True

    def release(self) -> None:
        self._held = False
        self._go()

    def beat(self) -> None:
        """Send a sign of life. Whoever does not even take those is let go."""
        if self._beat:
            self._blocked += 1
            if self._blocked >= MISSED_BEATS:
                self.drop()
            return
        self._blocked, self._beat = 0, True
        self._go()

    def end(self) -> None:
        """Say farewell and end the answer."""
        self._waiting.cancel()

    def drop(self) -> None:
        """End the answer without a word."""
        self._gone = True
        self._waiting.cancel()

    async def last(self, receive: Receive) -> None:
        """Until the client has gone or the stream is ended."""
        with self._waiting:
            while (await receive())["type"] != "http.disconnect":
                pass
            self._gone = True
        with anyio.move_on_after(FAREWELL_SECONDS):
            if self._sending is not None and not self._gone:
                await asyncio.wait([self._sending])
            if not self._gone:
                await self._send({"type": "http.response.body", "body": sse.FAREWELL, "more_body": False})
        if self._sending is not None:
            self._sending.cancel()

    def _go(self) -> None:
        if not self._held and (self._sending is None or self._sending.done()):
            self._sending = asyncio.create_task(self._pour())

    async def _pour(self) -> None:
        try:
            while body := self._take():
                told = self.told
                await self._send({"type": "http.response.body", "body": body, "more_body": True})
                self.delivered = told
        except Exception:  # noqa: BLE001 a connection may break in any way, and only its own stream ends by it
            _log.debug("a stream broke", exc_info=True)
            self.drop()

    def _take(self) -> bytes:
        """What waits; a change is a sign of life as well."""
        body = b"".join(map(sse.message, self._said))
        if self._lists:
            body += sse.changes(self.told, self._uris)
        if self._beat and not body:
            body = sse.BEAT
        self._lists = self._beat = False
        self._uris, self._said = set(), []
        return body
