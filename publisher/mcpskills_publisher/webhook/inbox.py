"""From the queue to the publisher: what is taken wakes it, and is acknowledged once it has looked."""

import asyncio
from datetime import datetime

import structlog

from mcpskills.errors import McpSkillsError
from mcpskills.ports import Deliveries, TakenDelivery
from mcpskills_publisher.watch import Heard

_log = structlog.get_logger(__name__)

# A thread that waits cannot be interrupted: a stop takes as long as this.
_WAIT_SECONDS = 0.5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


class Inbox:
    """A delivery is dealt with when a reconcile that began after it was taken has ended well.

    Until then this consumer keeps it; should it die, the queue hands it to another.
    """

    def __init__(self, deliveries: Deliveries, consumer: str) -> None:
        self._deliveries = deliveries
        self._consumer = consumer
        self._held: dict[str, TakenDelivery] = {}
        self._covered: dict[str, TakenDelivery] = {}
        self._dealt_with: asyncio.Queue[TakenDelivery] = asyncio.Queue()

    async def run(self, heard: Heard) -> None:
        """Take and acknowledge until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take(heard))
            tasks.create_task(self._acknowledge())

    def begin(self) -> datetime | None:
        """A reconcile begins: it will see what the deliveries in hand are about. Gives when the oldest of them was received."""
        self._covered = dict(self._held)
        return min((taken.delivery.received_at for taken in self._covered.values()), default=None)

    def end_well(self) -> None:
        """The reconcile that began last has done all there was to do."""
        for receipt, taken in self._covered.items():
            self._held.pop(receipt, None)
            self._dealt_with.put_nowait(taken)
        self._covered = {}

    async def _take(self, heard: Heard) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                taken = await self._next()
            except McpSkillsError as error:
                _log.warning("deliveries cannot be taken, trying again", reason=error.message, seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            if taken is not None:
                self._held[taken.receipt] = taken
                heard(f"delivery {taken.delivery.id}: {taken.delivery.reason}")

    async def _next(self) -> TakenDelivery | None:
        taking = asyncio.create_task(asyncio.to_thread(self._deliveries.take, self._consumer, _WAIT_SECONDS))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            # Nobody may close the queue under the thread.
            await asyncio.wait([taking])
            raise

    async def _acknowledge(self) -> None:
        while True:
            taken = await self._dealt_with.get()
            try:
                await asyncio.to_thread(self._deliveries.acknowledge, taken)
            except McpSkillsError as error:
                # It comes again, and another reconcile finds nothing to do.
                _log.warning("delivery not acknowledged", delivery=taken.delivery.id, reason=error.message)
            else:
                _log.info("delivery dealt with", delivery=taken.delivery.id, attempt=taken.attempt)
