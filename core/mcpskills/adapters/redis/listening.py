"""Hearing what is published on one channel, through outages of the server."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, AsyncIterator

import redis.asyncio
import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from mcpskills.adapters.redis import connection

_log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class Channel:
    """A listener that lost the server connects again by itself.

    The server counts as lost when it leaves a question unanswered for `patience` seconds, as it does when the network between
    is cut.
    """

    def __init__(self, url: str, channel: str, patience: float, what: str) -> None:
        """`what` is heard there, for the log."""
        self._url = url
        self._channel = channel
        self._patience = patience
        self._what = what

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[bytes | None]]:
        """What is published from now on; None stands for what was lost with a connection."""
        async with (
            connection.once(self._url, self._patience) as client,
            contextlib.aclosing(self._heard(client, await self._first(client))) as messages,
        ):
            yield messages

    async def _first(self, client: redis.asyncio.Redis) -> PubSub | None:
        try:
            return await self._subscribe(client)
        except (RedisError, OSError) as error:
            self._unheard(error)
            return None

    async def _heard(
        self, client: redis.asyncio.Redis, subscription: PubSub | None
    ) -> AsyncGenerator[bytes | None, None]:
        pause = _FIRST_PAUSE
        while True:
            try:
                if subscription is None:
                    # Jitter keeps a fleet from coming back in one moment.
                    await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 no secret
                    pause = min(pause * 2, _LONGEST_PAUSE)
                    subscription = await self._subscribe(client)
                    _log.info(f"{self._what} are heard again", server=connection.shown(self._url))
                    yield None
                pause = _FIRST_PAUSE
                async for message in self._messages(subscription):
                    yield message
            except (RedisError, OSError) as error:
                if subscription is not None:
                    self._unheard(error)
                    await subscription.aclose()  # type: ignore[no-untyped-call]
                    subscription = None

    async def _subscribe(self, client: redis.asyncio.Redis) -> PubSub:
        """Once the server has confirmed it, everything that is sent arrives."""
        subscription = client.pubsub()
        try:
            await subscription.subscribe(self._channel)
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

    def _unheard(self, error: Exception) -> None:
        _log.warning(
            f"{self._what} are not heard, trying again",
            server=connection.shown(self._url),
            error=str(error) or type(error).__name__,
        )
