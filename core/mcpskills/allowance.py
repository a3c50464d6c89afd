"""How much callers may ask: plans, and what is left of one. Nothing is counted here; adapters of `ports.Allowances` do.

A window begins with the first request after the one before has ended, so that not all callers begin anew in one moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

MINUTE: Final = 60.0
HOUR: Final = 3600.0

CONCURRENT: Final = 10
"""Requests at once, where a plan says nothing else."""

STREAMS: Final = 10
"""As many times `concurrent` is how many streams a caller may have open."""

SOON: Final = 1.0
"""Seconds after which a place may be free again; nobody knows."""


class Spender(NamedTuple):
    """Whose allowance it is: a tenant, and the id of a caller in it."""

    tenant: str
    caller: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a caller may ask for; None is as much as they like."""

    per_minute: int | None
    per_hour: int | None
    concurrent: int | None = CONCURRENT

    @property
    def unlimited(self) -> bool:
        return self.per_minute is None and self.per_hour is None and self.concurrent is None

    def places(self, *, streaming: bool) -> int | None:
        """How many requests may be answered at once, or how many streams may be open."""
        return self.concurrent * STREAMS if streaming and self.concurrent is not None else self.concurrent


PLANS: Final[Mapping[str, Plan]] = MappingProxyType(
    {
        "default": Plan(100, 1000),
        "free": Plan(20, 200),
        "pro": Plan(100, 2000),
        "enterprise": Plan(1000, None),
        "unlimited": Plan(None, None, None),
    }
)
"""The plans that are there without any being configured."""


class Window(NamedTuple):
    """What was spent of a window, and the seconds until it ends."""

    spent: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What callers are told of the window that has least left for them: `seconds` until it ends."""

    limit: int
    remaining: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Denied:
    """Nothing was spent. `what` is exhausted: after `seconds` it may not be."""

    what: str
    limit: int
    seconds: float

    @property
    def standing(self) -> Standing:
        return Standing(self.limit, 0, self.seconds)


def denial(plan: Plan, minute: Window, hour: Window, *, streaming: bool) -> Denied:
    """Why a request is denied that is: by the window that ends last, or else for want of a place."""
    limited = (("minute", plan.per_minute, minute), ("hour", plan.per_hour, hour))
    spent = [
        Denied(f"requests per {what}", most, window.seconds)
        for what, most, window in limited
        if most is not None and window.spent >= most
    ]
    places = Denied("streams at once" if streaming else "requests at once", plan.places(streaming=streaming) or 0, SOON)
    return max(spent, key=lambda each: each.seconds, default=places)


def standing(plan: Plan, minute: Window, hour: Window) -> Standing | None:
    """None where no window is limited."""
    limited = ((plan.per_minute, minute), (plan.per_hour, hour))
    each = [Standing(most, max(most - window.spent, 0), window.seconds) for most, window in limited if most is not None]
    return min(each, key=lambda one: (one.remaining, -one.seconds), default=None)
