"""Publishing on a thread of its own, so that whoever sends waits for nothing."""

from collections import deque
from threading import Condition, Thread

import redis
import structlog
from redis.exceptions import RedisError

_log = structlog.get_logger(__name__)

LIMIT = 1000
"""The most that waits; beyond it the oldest are dropped, because a newer hint says as much."""


class Outbox:
    """Messages go out in the order in which they were put; one that cannot be sent is dropped."""

    def __init__(self, client: redis.Redis, limit: int = LIMIT) -> None:
        self._client = client
        self._limit = limit
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._changed = Condition()
        self._sending = False
        self._closed = False
        self._lost = 0
        self._failing = False
        self._thread = Thread(target=self._work, name="signals", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> int:
        """How many messages were dropped so far."""
        with self._changed:
            return self._lost

    def put(self, channel: str, message: bytes) -> None:
        """From any thread; never blocks for longer than it takes to append."""
        with self._changed:
            if len(self._waiting) >= self._limit:
                self._waiting.popleft()
                self._lost += 1
            self._waiting.append((channel, message))
            self._changed.notify_all()

    def settle(self, seconds: float) -> bool:
        """Wait until nothing waits or is under way, at most this long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._sending, seconds)

    def close(self, seconds: float) -> None:
        """Send what waits, at most this long; then the process may end."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(seconds)

    def _work(self) -> None:
        while (message := self._next()) is not None:
            self._publish(*message)
        self._client.close()

    def _next(self) -> tuple[str, bytes] | None:
        """The message to send now; None when it is time to end."""
        with self._changed:
            self._sending = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting or (self._closed and self._failing):
                return None
            self._sending = True
            return self._waiting.popleft()

    def _publish(self, channel: str, message: bytes) -> None:
        try:
            self._client.publish(channel, message)
        except (RedisError, OSError) as error:
            with self._changed:
                self._lost += 1
            self._tell(str(error))
        else:
            self._tell(None)

    def _tell(self, error: str | None) -> None:
        """Log the first failure and the first success after it: an outage is one piece of news, not one for each hint."""
        if error is not None and not self._failing:
            _log.warning("signals cannot be sent, others find out by looking", error=error)
        if error is None and self._failing:
            _log.info("signals are sent again", lost=self.lost)
        self._failing = error is not None
