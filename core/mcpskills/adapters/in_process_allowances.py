"""Allowances in memory, for a server that is one process. Touched by the thread of the event loop alone."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from mcpskills import allowance
from mcpskills.allowance import HOUR, MINUTE, Denied, Plan, Spender, Standing, Window

MOST: Final = 20_000
"""Spenders that are remembered."""


class Account:
    """What one spender has spent. It is the permit of their requests as well, so that granting one makes nothing."""

    __slots__ = ("_now", "hour_ends", "in_hour", "in_minute", "minute_ends", "plan", "running", "streams")

    def __init__(self, plan: Plan, now: Callable[[], float]) -> None:
        self.plan = plan
        self._now = now
        self.in_minute = self.in_hour = self.running = self.streams = 0
        self.minute_ends = self.hour_ends = 0.0

    @property
    def busy(self) -> bool:
        return self.running > 0 or self.streams > 0

    def windows(self, now: float) -> tuple[Window, Window]:
        return Window(self.in_minute, self.minute_ends - now), Window(self.in_hour, self.hour_ends - now)

    def standing(self) -> Standing | None:
        return allowance.standing(self.plan, *self.windows(self._now()))

    def leave(self) -> None:
        self.running -= 1


class _Stream:
    """The permit of a stream."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def standing(self) -> Standing | None:
        return self._account.standing()

    def leave(self) -> None:
        self._account.streams -= 1


class InProcessAllowances:
    """See `ports.Allowances`. Of more than `most` spenders, those are forgotten whose last minute began first."""

    def __init__(self, now: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._now = now
        self._most = most
        # In the order in which their minutes began.
        self._accounts: OrderedDict[Spender, Account] = OrderedDict()

    def __len__(self) -> int:
        return len(self._accounts)

    def enter(self, spender: Spender, plan: Plan, *, streaming: bool) -> Account | _Stream | Denied:
        now = self._now()
        account = self._accounts.get(spender)
        if account is None:
            account = self._opened(spender, plan)
        if now >= account.minute_ends:
            account.minute_ends, account.in_minute = now + MINUTE, 0
            self._accounts.move_to_end(spender)
        if now >= account.hour_ends:
            account.hour_ends, account.in_hour = now + HOUR, 0
        account.plan = plan
        minute, hour = plan.per_minute, plan.per_hour
        places, taken = plan.concurrent, account.running
        if streaming:
            places, taken = plan.places(streaming=True), account.streams
        if (
            (minute is not None and account.in_minute >= minute)
            or (hour is not None and account.in_hour >= hour)
            or (places is not None and taken >= places)
        ):
            return allowance.denial(plan, *account.windows(now), streaming=streaming)
        account.in_minute += 1
        account.in_hour += 1
        if streaming:
            account.streams += 1
            return _Stream(account)
        account.running += 1
        return account

    def _opened(self, spender: Spender, plan: Plan) -> Account:
        """Nobody is forgotten who waits for an answer; they are as many as there are connections at most."""
        if len(self._accounts) >= self._most:
            idle = next((each for each, account in self._accounts.items() if not account.busy), None)
            if idle is not None:
                del self._accounts[idle]
        account = self._accounts[spender] = Account(plan, self._now)
        return account
