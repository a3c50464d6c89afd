"""What one replica knows of sessions: the shared store, with a short memory in front, so that not every request asks it."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog

from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills.events import EventsMissed, SessionChanged
from mcpskills.session import Session, SessionKey
from mcpskills_server.mcp.sessions import Shared

_log = structlog.get_logger(__name__)

TRUST_SECONDS: Final = 5.0
"""How long a session is taken to be as it was read."""

TOUCH_SECONDS: Final = 30.0
"""How often the store is told, at most, that a session's client is there."""

MOST: Final = 10_000
"""Sessions remembered; those asked for longest ago are forgotten first."""

AT_ONCE: Final = 8
"""Questions that the store is asked at the same time; each takes a thread."""

SLOW_SECONDS: Final = 1.0
"""A store that fails after so long is not asked for a while, as everybody would wait for it."""

PAUSE_SECONDS: Final = 10.0

_HEARING_PAUSE: Final = 1.0

_Given = TypeVar("_Given")
_Got = TypeVar("_Got")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A session, and when it was read and touched, on the clock that only goes forward."""

    session: Session
    read: float
    touched: float


class SessionBook:
    """Raises what the port `Sessions` raises. `on_change` is called with the id of a session that may have changed."""

    def __init__(self, shared: Shared, *, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self.tenant = shared.tenant
        self.on_change: Callable[[str], None] = lambda _: None
        self._store = shared.store
        self._signals = shared.signals
        self._clock = clock
        self._most = most
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._reading: dict[str, object] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._asked_again = 0.0

    def key(self, identifier: str, principal: str | None) -> SessionKey:
        return SessionKey(self.tenant, identifier, principal)

    def known(self, identifier: str, principal: str | None) -> str | None:
        """The protocol version of a session that is known here and was read lately; None means: ask `find`."""
        entry = self._fresh(self.key(identifier, principal))
        return entry.session.protocol_version if entry else None

    async def find(self, key: SessionKey) -> Session:
        """The session of a client that is there. While the store cannot be reached, as it was last seen here."""
        if (fresh := self._fresh(key)) is not None:
            self._entries.move_to_end(key.id)
            return fresh.session
        before = self._entries.get(key.id)
        touching = before is None or self._clock() - before.touched >= TOUCH_SECONDS
        try:
            return await self._read(key, self._store.touch if touching else self._store.find, touched=touching)
        except UnavailableError:
            # Looked for anew: it may have ended while the store was asked.
            last = self._entries.get(key.id)
            if last is None or last.session.key != key:
                raise
            # Trusted for a while again, so that not every request waits for a store that does not answer.
            self._remember(last.session, touched=False)
            return last.session

    async def open(self, session: Session) -> Session:
        opened = await self._ask(self._store.open, session)
        self._remember(opened, touched=True)
        return opened

    async def touch(self, key: SessionKey) -> Session:
        """The session as the store has it; its client is there."""
        return await self._read(key, self._store.touch, touched=True)

    async def note(self, key: SessionKey, change: Callable[[Session], Session]) -> Session:
        """Keep a change that concerns no other replica."""
        return await self._read(key, lambda key: self._store.update(key, change), touched=True)

    async def change(self, key: SessionKey, change: Callable[[Session], Session]) -> Session:
        """Keep a change, and tell all replicas."""
        session = await self.note(key, change)
        self._tell(key.id)
        return session

    async def end(self, key: SessionKey) -> None:
        try:
            await self._ask(self._store.end, key)
        finally:
            self._forget(key.id)
        self._tell(key.id)

    async def hear(self) -> None:
        """Forget what other replicas say has changed, until cancelled."""
        while True:
            try:
                async with self._signals.listen() as events:
                    self._forget_all()
                    async for event in events:
                        match event:
                            case SessionChanged(self.tenant, identifier):
                                self._forget(identifier)
                                self.on_change(identifier)
                            case EventsMissed():
                                self._forget_all()
                            case _:
                                pass
            except Exception as error:  # noqa: BLE001 whatever fails, memories last for seconds only
                _log.warning("changes of sessions are not heard, trying again", error=repr(error))
            await asyncio.sleep(_HEARING_PAUSE)

    async def _ask(self, question: Callable[[_Given], _Got], given: _Given) -> _Got:
        async with self._turns:
            asked = self._clock()
            if asked < self._asked_again:
                raise UnavailableError("Sessions cannot be reached; ask again in a moment.")
            try:
                return await asyncio.to_thread(question, given)
            except UnavailableError as error:
                if (failed := self._clock()) - asked >= SLOW_SECONDS:
                    self._asked_again = failed + PAUSE_SECONDS
                    _log.warning("sessions cannot be reached", reason=error.message, seconds=PAUSE_SECONDS)
                raise

    def _fresh(self, key: SessionKey) -> _Entry | None:
        entry = self._entries.get(key.id)
        if entry is None or entry.session.key != key or self._clock() - entry.read >= TRUST_SECONDS:
            return None
        return entry

    async def _read(self, key: SessionKey, question: Callable[[SessionKey], Session], *, touched: bool) -> Session:
        reading = self._reading[key.id] = object()
        try:
            session = await self._ask(question, key)
            # What was read before somebody said that it changed is not remembered.
            if self._reading.get(key.id) is reading:
                self._remember(session, touched=touched)
        except NotFoundError:
            if (entry := self._entries.get(key.id)) is not None and entry.session.key == key:
                self._forget(key.id)
            raise
        finally:
            if self._reading.get(key.id) is reading:
                del self._reading[key.id]
        return session

    def _remember(self, session: Session, *, touched: bool) -> None:
        now, before = self._clock(), self._entries.pop(session.id, None)
        self._entries[session.id] = _Entry(session, now, now if touched or before is None else before.touched)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def _forget(self, identifier: str) -> None:
        self._entries.pop(identifier, None)
        self._reading.pop(identifier, None)

    def _forget_all(self) -> None:
        self._entries.clear()
        self._reading.clear()

    def _tell(self, identifier: str) -> None:
        self._signals.send(SessionChanged(self.tenant, identifier))
        self.on_change(identifier)
