"""Signals between processes over Redis's publish and subscribe: one channel for each tenant."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator

import structlog

from mcpskills.adapters.redis import connection, wire
from mcpskills.adapters.redis.listening import Channel
from mcpskills.adapters.redis.outbox import Outbox
from mcpskills.errors import InvalidInputError
from mcpskills.events import Event, EventsMissed

_log = structlog.get_logger(__name__)


class RedisSignals:
    """See `ports.Signals`. Sends events of any tenant and hears those of one.

    A listener that lost the server connects again by itself, and yields `EventsMissed` once it hears again. The server counts as
    lost when it leaves a question unanswered for `patience` seconds, as it does when the network between is cut.
    """

    def __init__(
        self,
        url: str,
        tenant: str,
        *,
        prefix: str = connection.PREFIX,
        patience: float = connection.PATIENCE,
    ) -> None:
        """Connects when it is first used. Raises `InvalidInputError` for an address that is none."""
        self._url = url
        self._tenant = tenant
        self._prefix = prefix
        self._patience = patience
        self._outbox = Outbox(connection.commanding(url, patience))

    @property
    def lost(self) -> int:
        """How many events could not be sent so far."""
        return self._outbox.lost

    def send(self, event: Event) -> None:
        # What this process missed concerns nobody else.
        if not isinstance(event, EventsMissed):
            self._outbox.put(self._channel(event.tenant), wire.encode(event))

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[Event]]:
        # What this process sent before must not be heard as if it came after.
        await asyncio.to_thread(self._outbox.settle, self._patience)
        channel = Channel(self._url, self._channel(self._tenant), self._patience, "signals")
        async with channel.listen() as messages, contextlib.aclosing(self._events(messages)) as events:
            yield events

    def close(self) -> None:
        """Send what waits, as long as `patience` allows."""
        self._outbox.close(self._patience)

    async def _events(self, messages: AsyncIterator[bytes | None]) -> AsyncGenerator[Event, None]:
        async for message in messages:
            event = EventsMissed() if message is None else self._read(message)
            if event is not None:
                yield event

    def _read(self, message: bytes) -> Event | None:
        try:
            event = wire.decode(message)
        except InvalidInputError as error:
            _log.warning("a signal was ignored", reason=error.message)
            return None
        if event.tenant != self._tenant:
            _log.warning("a signal of another tenant was ignored", tenant=event.tenant)
            return None
        return event

    def _channel(self, tenant: str) -> str:
        return connection.key(self._prefix, tenant, "signals")
