"""The tail of the journal between processes, over Redis's publish and subscribe: one channel for each tenant."""

import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import asdict, replace
from typing import Final

import structlog

from mcpskills.adapters import invocation_rows as rows
from mcpskills.adapters.redis import connection
from mcpskills.adapters.redis.listening import Channel
from mcpskills.adapters.redis.outbox import Outbox
from mcpskills.errors import CorruptedError
from mcpskills.journal import Invocation, is_id

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 100
"""Records of a message."""

LARGEST: Final = 1024 * 1024
"""The most bytes of a message that is read."""

_WAITING: Final = 20
"""Messages that wait for a server that is slow; then the oldest are lost."""


class RedisTail:
    """See `ports.Tail`. Whoever reads slowly is cut off by the server, and connects again."""

    def __init__(
        self, url: str, tenant: str, *, prefix: str = connection.PREFIX, patience: float = connection.PATIENCE
    ) -> None:
        """Connects when it is first used. Raises `InvalidInputError` for an address that is none."""
        self._url = url
        self._tenant = tenant
        self._channel = connection.key(prefix, tenant, "invocations")
        self._patience = patience
        self._outbox = Outbox(connection.commanding(url, patience), _WAITING)

    def tell(self, batch: Sequence[Invocation]) -> None:
        told = [each for each in batch if each.tenant == self._tenant]
        for start in range(0, len(told), AT_ONCE):
            self._outbox.put(self._channel, _encoded(told[start : start + AT_ONCE]))

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[Sequence[Invocation]]]:
        channel = Channel(self._url, self._channel, self._patience, "recorded requests")
        async with channel.listen() as messages, contextlib.aclosing(self._heard(messages)) as batches:
            yield batches

    def close(self) -> None:
        """Send what waits, as long as `patience` allows."""
        self._outbox.close(self._patience)

    async def _heard(self, messages: AsyncIterator[bytes | None]) -> AsyncGenerator[Sequence[Invocation], None]:
        async for message in messages:
            yield () if message is None else self._decoded(message)

    def _decoded(self, message: bytes) -> Sequence[Invocation]:
        """Of another release or of anybody: empty, if it cannot be read."""
        if len(message) > LARGEST:
            _log.warning("recorded requests were ignored", reason=f"a message has {len(message)} bytes")
            return ()
        try:
            told = [rows.invocation(self._tenant, row) for row in json.loads(message)]
        except (CorruptedError, ValueError, TypeError, RecursionError) as error:
            _log.warning("recorded requests were ignored", reason=str(error))
            return ()
        return [each for each in told if _is_sound(each)]


def _is_sound(told: Invocation) -> bool:
    """Whether it could be a record of the journal: what came over the network has any type."""
    texts = told.method, told.principal, told.session, told.skill, told.error, told.client_address, told.user_agent
    return (
        isinstance(told.id, str)
        and is_id(told.id)
        and isinstance(told.method, str)
        and all(text is None or isinstance(text, str) for text in texts)
        and (told.version is None or type(told.version) is int)
    )


def _encoded(batch: Sequence[Invocation]) -> bytes:
    """ASCII, so that a lone surrogate passes. Without bodies, and without the tenant, whose the channel is."""
    told = [asdict(replace(each, parameters=None, result=None)) for each in batch]
    return json.dumps([{name: value for name, value in each.items() if name != "tenant"} for each in told]).encode()
