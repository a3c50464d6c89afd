"""The tail of the journal within one process: a bounded queue per listener on its own event loop."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from threading import Lock

from mcpskills.journal import Invocation

MOST_BATCHES = 50
"""That wait for a listener; then all are lost, and it is told so."""


class InProcessTail:
    """See `ports.Tail`."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant
        self._lock = Lock()
        self._listeners: dict[_Listener, asyncio.AbstractEventLoop] = {}

    def tell(self, batch: Sequence[Invocation]) -> None:
        with self._lock:
            listeners = list(self._listeners.items())
        if not listeners:
            return
        told = [replace(each, parameters=None, result=None) for each in batch if each.tenant == self._tenant]
        if not told:
            return
        for listener, loop in listeners:
            # A loop that closes while we look has nobody left to tell.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(listener.put, told)

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[Sequence[Invocation]]]:
        listener = _Listener()
        with self._lock:
            self._listeners[listener] = asyncio.get_running_loop()
        try:
            yield listener.heard()
        finally:
            with self._lock:
                del self._listeners[listener]


class _Listener:
    def __init__(self) -> None:
        self._waiting: deque[Sequence[Invocation]] = deque()
        self._come = asyncio.Event()

    def put(self, batch: Sequence[Invocation]) -> None:
        if len(self._waiting) >= MOST_BATCHES:
            self._waiting.clear()
            batch = ()
        self._waiting.append(batch)
        self._come.set()

    async def heard(self) -> AsyncIterator[Sequence[Invocation]]:
        while True:
            await self._come.wait()
            self._come.clear()
            while self._waiting:
                yield self._waiting.popleft()
