"""What parts of one process tell each other: signals, one queue per listener on its own event loop; what replicas serve."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock

from mcpskills.events import Event, EventsMissed
from mcpskills.fleet import KEPT_STEPS, PublisherState, Step
from mcpskills.ports import REPORT_SECONDS


class InProcessSignals:
    """See `ports.Signals`."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant
        self._lock = Lock()
        self._listeners: dict[asyncio.Queue[Event], asyncio.AbstractEventLoop] = {}

    def send(self, event: Event) -> None:
        if not isinstance(event, EventsMissed) and event.tenant != self._tenant:
            return
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


class InProcessReplicas:
    """See `ports.Replicas`."""

    def __init__(self, seconds: float = REPORT_SECONDS) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._reports: dict[tuple[str, str], tuple[int, float]] = {}
        self._steps: dict[str, deque[Step]] = {}
        self._publishers: dict[tuple[str, str], tuple[PublisherState, float]] = {}

    def report(self, tenant: str, replica: str, generation: int) -> None:
        with self._lock:
            self._reports[tenant, replica] = generation, time.monotonic() + self._seconds
            self._step(tenant, self._served(tenant).values())

    def serving(self, tenant: str) -> Mapping[str, int]:
        with self._lock:
            return self._served(tenant)

    def steps(self, tenant: str) -> Sequence[Step]:
        with self._lock:
            return tuple(self._steps.get(tenant, ()))

    def report_publisher(self, tenant: str, state: PublisherState) -> None:
        with self._lock:
            self._publishers[tenant, state.name] = state, time.monotonic() + self._seconds

    def publishers(self, tenant: str) -> Sequence[PublisherState]:
        now = time.monotonic()
        with self._lock:
            self._publishers = {key: report for key, report in self._publishers.items() if report[1] > now}
            states = [state for (of, _), (state, _) in self._publishers.items() if of == tenant]
        return sorted(states, key=lambda state: state.name)

    def _served(self, tenant: str) -> dict[str, int]:
        now = time.monotonic()
        self._reports = {key: report for key, report in self._reports.items() if report[1] > now}
        return {replica: generation for (of, replica), (generation, _) in self._reports.items() if of == tenant}

    def _step(self, tenant: str, serving: Collection[int]) -> None:
        if not serving:
            return
        steps = self._steps.setdefault(tenant, deque(maxlen=KEPT_STEPS))
        if steps and max(serving) < steps[-1].generation:
            # Nobody serves what all served: the catalog was restored, and counts from there.
            steps.clear()
        if not steps or min(serving) > steps[-1].generation:
            steps.append(Step(min(serving), datetime.now(UTC), len(serving)))


async def _drain(queue: asyncio.Queue[Event]) -> AsyncIterator[Event]:
    while True:
        yield await queue.get()
