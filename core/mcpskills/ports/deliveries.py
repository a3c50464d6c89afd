"""The queue of webhook deliveries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

REPEAT_SECONDS = 3 * 24 * 60 * 60
"""How long a queue of deliveries knows an id. GitHub lets a delivery be sent again within three days, with the same id."""

ATTEMPTS = 5
"""How often a delivery is handed out before it is set aside."""

MOST_DELIVERIES = 1000
"""About how many deliveries wait at most. Beyond it the oldest are dropped: whoever acts on a newer one has acted on them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A hint from a forge that the registry repository has changed. `id` is the sender's, and the same when it is sent again."""

    id: str
    reason: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class TakenDelivery:
    """A delivery in the hands of a consumer. `receipt` names it within the queue; `attempt` counts from 1."""

    receipt: str
    delivery: Delivery
    attempt: int


class Deliveries(Protocol):
    """The queue of a tenant's webhook deliveries; what it has taken in outlives every process. All raise `UnavailableError`.

    Each delivery goes to one consumer. If that one has not acknowledged it when the queue's `idle` seconds are over, because
    it died or hangs, it goes to the next that asks. One that was handed out `ATTEMPTS` times in vain, or that cannot be read, is
    set aside with an error in the log.
    """

    def enqueue(self, delivery: Delivery) -> bool:
        """Keep it, unless its id was kept within `REPEAT_SECONDS`: then False. One atomic step, durable on return."""

    def take(self, consumer: str, seconds: float) -> TakenDelivery | None:
        """The delivery that has waited longest, as soon as there is one; None when there is none within the time."""

    def acknowledge(self, taken: TakenDelivery) -> None:
        """It is dealt with and comes no more. Twice is the same as once, also when another consumer took it meanwhile."""
