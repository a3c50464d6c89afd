"""Signals between processes over Redis's publish and subscribe: one channel for each tenant."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, AsyncIterator

import redis.asyncio
import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from mcpskills.adapters.redis import connection, wire
from mcpskills.adapters.redis.outbox import Outbox
from mcpskills.errors import InvalidInputError
from mcpskills.events import Event, EventsMissed

_log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


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
        async with (
            connection.once(self._url, self._patience) as client,
            contextlib.aclosing(self._events(client, await self._first(client))) as events,
        ):
            yield events

    def close(self) -> None:
        """Send what waits, as long as `patience` allows."""
        self._outbox.close(self._patience)

    async def _first(self, client: redis.asyncio.Redis) -> PubSub | None:
        try:
            return await self._subscribe(client)
        except (RedisError, OSError) as error:
            self._unheard(error)
            return None

    async def _events(self, client: redis.asyncio.Redis, subscription: PubSub | None) -> AsyncGenerator[Event, None]:
        pause = _FIRST_PAUSE
        while True:
            try:
                if subscription is None:
                    # Jitter keeps a fleet from coming back in one moment.
                    await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 no secret
                    pause = min(pause * 2, _LONGEST_PAUSE)
                    subscription = await self._subscribe(client)
                    _log.info("signals are heard again", server=connection.shown(self._url))
                    yield EventsMissed()
                pause = _FIRST_PAUSE
                async for message in self._messages(subscription):
                    event = self._read(message)
                    if event is not None:
                        yield event
            except (RedisError, OSError) as error:
                if subscription is not None:
                    self._unheard(error)
                    await subscription.aclose()  # type: ignore[no-untyped-call]
                    subscription = None

    async def _subscribe(self, client: redis.asyncio.Redis) -> PubSub:
        """Once the server has confirmed it, everything that is sent arrives."""
        subscription = client.pubsub()
        try:
            await subscription.subscribe(self._channel(self._tenant))
            async with asyncio.timeout(self._patience):
                await subscription.get_message(timeout=None)
        except BaseException:
            await subscription.aclose()  # type: ignore[no-untyped-call]
            raise
        return subscription

    async def _messages(self, subscription: PubSub) -> AsyncIterator[bytes]:
        """Raises once the server is lost; when nothing comes, the server is asked whether it is still there."""
        asked = False
        while True:
            message = await subscription.get_message(timeout=self._patience)
            if message is not None:
                asked = False
                if message["type"] == "message":
                    yield message["data"]
            elif asked:
                raise TimeoutError("the server does not answer")
            else:
                await subscription.ping()
                asked = True

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

    def _unheard(self, error: Exception) -> None:
        _log.warning(
            "signals are not heard, trying again",
            server=connection.shown(self._url),
            error=str(error) or type(error).__name__,
        )

    def _channel(self, tenant: str) -> str:
        return connection.key(self._prefix, tenant, "signals")
