"""What the processes of a fleet say of themselves, for people who look: when a change was live everywhere, how publishers are."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

KEPT_STEPS: Final = 1000
"""How many steps of a fleet are known; of older ones nobody knows any more when they were taken."""


@dataclass(frozen=True, slots=True)
class Step:
    """When all replicas that spoke, so many, served this generation or a later one for the first time."""

    generation: int
    at: datetime
    replicas: int


def reached(steps: Sequence[Step], generations: Iterable[int]) -> Mapping[int, Step]:
    """Of each generation the step by which it was live everywhere, if that is known. The steps are in their order.

    The first step that is known tells only where the fleet stood: what came before it may have been live for long.
    """
    taken = [step.generation for step in steps]
    places = {generation: bisect_left(taken, generation) for generation in generations}
    return {generation: steps[place] for generation, place in places.items() if 0 < place < len(steps)}


@dataclass(frozen=True, slots=True)
class PublisherState:
    """How a publisher is. `leads` says that its last reconcile was not kept from work by another publisher's lease.

    `commit` is the head that it saw last; `frozen` and `error` say why nothing, or not all, was published from it.
    """

    name: str
    leads: bool
    every_seconds: float
    reconciled_at: datetime | None
    commit: str | None
    frozen: str | None
    error: str | None
