"""The queue of deliveries as a Redis stream with one consumer group.

It is as durable as the server: with its append-only file on, or replicated, what was taken in survives a restart.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from redis.exceptions import ResponseError

from mcpskills.adapters.redis import connection
from mcpskills.ports import ATTEMPTS, MOST_DELIVERIES, REPEAT_SECONDS, Delivery, TakenDelivery
from mcpskills.printable import printable

_log = structlog.get_logger(__name__)

_GROUP = "publishers"
_START = "0-0"
_ASIDE_MOST = 1000

# The id is noted last: should appending fail, the sender may send again.
_ENQUEUE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'id', ARGV[3], 'reason', ARGV[4], 'received_at', ARGV[5])
redis.call('SET', KEYS[1], '1', 'EX', ARGV[1])
return 1
"""

_Fields = Mapping[bytes, bytes]


class RedisDeliveries:
    """See `ports.Deliveries`. What is acknowledged leaves the stream, so that its length is what waits and what is in hands."""

    def __init__(
        self,
        url: str,
        tenant: str,
        *,
        prefix: str = connection.PREFIX,
        idle: float = 60.0,
        patience: float = connection.PATIENCE,
    ) -> None:
        """Connects when it is first used. Raises `InvalidInputError` for an address that is none."""
        self._url = url
        self._idle = idle
        self._patience = patience
        self._key = connection.key(prefix, tenant, "deliveries")
        self._client = connection.commanding(url, patience)
        self._append = self._client.register_script(_ENQUEUE)

    def close(self) -> None:
        self._client.close()

    def enqueue(self, delivery: Delivery) -> bool:
        keys = [f"{self._key}:seen:{delivery.id}", self._key]
        values = [delivery.id, delivery.reason, delivery.received_at.isoformat()]
        with connection.reaching(self._url):
            return bool(self._append(keys=keys, args=[REPEAT_SECONDS, MOST_DELIVERIES, *values]))

    def take(self, consumer: str, seconds: float) -> TakenDelivery | None:
        deadline = time.monotonic() + seconds
        with connection.reaching(self._url):
            while True:
                left = deadline - time.monotonic()
                taken = self._claim(consumer) or self._read(consumer, max(left, 0))
                if taken is not None or left <= 0:
                    return taken

    def acknowledge(self, taken: TakenDelivery) -> None:
        with connection.reaching(self._url), self._client.pipeline(transaction=True) as steps:
            steps.xack(self._key, _GROUP, taken.receipt)
            steps.xdel(self._key, taken.receipt)
            steps.execute()

    def _claim(self, consumer: str) -> TakenDelivery | None:
        """What another took and did not acknowledge in time; the cursor passes over what is in good hands."""
        cursor = _START
        while True:
            claim = partial(
                self._client.xautoclaim, self._key, _GROUP, consumer, int(self._idle * 1000), cursor, count=1
            )
            following, entries, *_ = self._in_group(claim)
            for entry, fields in entries:
                taken = self._taken(entry, fields, self._attempt(entry))
                if taken is not None:
                    return taken
            cursor = _text(following)
            if cursor == _START:
                return None

    def _read(self, consumer: str, seconds: float) -> TakenDelivery | None:
        """What nobody has taken yet. Waits no longer than a claim may be due, and than the connection allows."""
        milliseconds = max(1, int(min(seconds, self._idle, self._patience / 2) * 1000))
        reply = self._in_group(
            partial(self._client.xreadgroup, _GROUP, consumer, {self._key: ">"}, count=1, block=milliseconds)
        )
        for _, entries in reply or ():
            for entry, fields in entries:
                return self._taken(entry, fields, 1)
        return None

    def _in_group(self, command: Callable[[], Any]) -> Any:
        """The command's reply; makes the group first where there is none, as on a server that was restarted empty."""
        try:
            return command()
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
        try:
            self._client.xgroup_create(self._key, _GROUP, id="0", mkstream=True)
        except ResponseError as error:
            # Somebody else was quicker.
            if not str(error).startswith("BUSYGROUP"):
                raise
        return command()

    def _attempt(self, entry: bytes) -> int:
        pending = self._client.xpending_range(self._key, _GROUP, entry, entry, 1)
        return int(pending[0]["times_delivered"]) if pending else 1

    def _taken(self, entry: bytes, fields: _Fields, attempt: int) -> TakenDelivery | None:
        """None for what is set aside."""
        try:
            delivery = Delivery(
                id=fields[b"id"].decode(),
                reason=fields[b"reason"].decode(),
                received_at=datetime.fromisoformat(fields[b"received_at"].decode()),
            )
        except (KeyError, ValueError):
            self._set_aside(entry, fields, "it cannot be read")
            return None
        if attempt > ATTEMPTS:
            self._set_aside(entry, fields, "no reconcile after it ended well")
            return None
        return TakenDelivery(_text(entry), delivery, attempt)

    def _set_aside(self, entry: bytes, fields: _Fields, reason: str) -> None:
        shown = printable(fields.get(b"id", b"").decode(errors="backslashreplace"))
        _log.error(f"delivery set aside: {reason}", delivery=shown, entry=_text(entry), attempts=ATTEMPTS)
        with self._client.pipeline(transaction=True) as steps:
            steps.xadd(f"{self._key}:aside", dict(fields) or {b"entry": entry}, maxlen=_ASIDE_MOST, approximate=True)  # type: ignore[arg-type]
            steps.xack(self._key, _GROUP, entry)
            steps.xdel(self._key, entry)
            steps.execute()


def _text(identifier: str | bytes) -> str:
    return identifier.decode() if isinstance(identifier, bytes) else identifier
