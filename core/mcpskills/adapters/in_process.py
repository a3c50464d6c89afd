"""Signals within one process: one queue per listener on the listener's own event loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from threading import Lock

from mcpskills.events import Event


class InProcessSignals:
    """See `ports.Signals`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: dict[asyncio.Queue[Event], asyncio.AbstractEventLoop] = {}

    def send(self, event: Event) -> None:
        with self._lock:
            listeners = list(self._listeners.items())
        for queue, loop in listeners:
            # A loop that closes while we look has nobody left to tell.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(queue.put_nowait, event)

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[Event]]:
        queue: asyncio.Queue[Event] = asyncio.Queue()
        with self._lock:
            self._listeners[queue] = asyncio.get_running_loop()
        try:
            yield _drain(queue)
        finally:
            with self._lock:
                del self._listeners[queue]


async def _drain(queue: asyncio.Queue[Event]) -> AsyncIterator[Event]:
    while True:
        yield await queue.get()
