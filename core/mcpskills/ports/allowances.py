"""Where it is counted what callers ask, so that nobody gets more than their plan allows."""

from typing import Protocol

from mcpskills.allowance import Denied, Plan, Spender, Standing

LEASE_SECONDS = 30.0
"""After so long the places of a process that died are free again."""


class Permit(Protocol):
    """A request that was granted, until it is answered."""

    def standing(self) -> Standing | None:
        """What to tell the caller; None where no window of their plan is limited."""

    def leave(self) -> None:
        """Give the place back; once."""


class Allowances(Protocol):
    """What callers ask of one process.

    Exact: of any number of requests at once, as many are granted as the plan allows. What is denied spends nothing, of no window.
    A place is taken by a request until it is answered, or by a stream until it ends; the two are counted apart. However many ask,
    memory is bounded.
    """

    def enter(self, spender: Spender, plan: Plan, *, streaming: bool) -> Permit | Denied:
        """At once, because it counts among answers of some microseconds."""


class SharedAllowances(Protocol):
    """What callers ask of all replicas; the same is promised, for all of them together."""

    async def enter(self, spender: Spender, plan: Plan, *, streaming: bool) -> Permit | Denied:
        """Raises `UnavailableError`, soon."""

    async def run(self) -> None:
        """Keep the places of requests that take long, until cancelled."""
