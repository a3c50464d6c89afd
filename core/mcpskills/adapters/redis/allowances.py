"""Allowances in Redis, which all replicas share: a number for each window that ends with it, and a set of leases for the places.

What is asked while an answer is awaited goes with the next question, all of it at once: a busy server asks not more often but
more. Redis's clock counts, because those of the replicas differ.
"""

import asyncio
import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from mcpskills import allowance
from mcpskills.adapters.redis import connection
from mcpskills.adapters.redis.allowance_script import SPEND
from mcpskills.allowance import Denied, Plan, Spender, Standing, Window
from mcpskills.errors import UnavailableError
from mcpskills.ports import LEASE_SECONDS

PATIENCE: Final = 1.0
"""Requests wait for this."""

AT_ONCE: Final = 100
"""Redis does nothing else meanwhile."""

MOST_LEFT: Final = 1_000
"""Places whose return Redis has not heard of; the leases of more run out."""

_UNLIMITED = -1


class _Permit:
    def __init__(self, allowances: "RedisAllowances", asked: "_Asked", windows: tuple[Window, Window]) -> None:
        self._allowances = allowances
        self._asked = asked
        self._windows = windows

    def standing(self) -> Standing | None:
        return allowance.standing(self._asked.plan, *self._windows)

    def leave(self) -> None:
        self._allowances.leave(self._asked)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A request that asks for its permit, and what it is asked by: keys in Redis, and the id of its lease."""

    keys: tuple[str, str, str]
    lease: str
    plan: Plan
    streaming: bool
    answer: "asyncio.Future[_Permit | Denied]"

    @property
    def places(self) -> int | None:
        return self.plan.places(streaming=self.streaming)

    def arguments(self, what: str) -> tuple[str | int, ...]:
        most = (self.plan.per_minute, self.plan.per_hour, self.places)
        return (what, self.lease, *(_UNLIMITED if each is None else each for each in most))


_What = Literal["enter", "leave", "keep"]


class RedisAllowances:
    """See `ports.SharedAllowances`. Belongs to one event loop."""

    def __init__(
        self,
        url: str,
        *,
        prefix: str = connection.PREFIX,
        patience: float = PATIENCE,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """Connects when it is first used. Raises `InvalidInputError` for an address that is none."""
        self._url = url
        self._prefix = prefix
        self._lease_seconds = lease_seconds
        self._client = connection.once(url, patience)
        self._spend = self._client.register_script(SPEND)
        self._process = uuid.uuid4().hex
        self._numbers = itertools.count()
        self._held: set[_Asked] = set()
        self._wanted: list[tuple[_What, _Asked]] = []
        self._asking: asyncio.Task[None] | None = None

    async def enter(self, spender: Spender, plan: Plan, *, streaming: bool) -> _Permit | Denied:
        places = "streams" if streaming else "running"
        minute, hour, running = (self._key(spender, name) for name in ("minute", "hour", places))
        lease = f"{self._process}:{next(self._numbers)}"
        answer: asyncio.Future[_Permit | Denied] = asyncio.get_running_loop().create_future()
        self._ask("enter", _Asked((minute, hour, running), lease, plan, streaming, answer))
        return await answer

    def leave(self, asked: _Asked) -> None:
        """Give the place of a permit back, before anything that is asked for later in this process."""
        if asked in self._held:
            self._held.remove(asked)
            self._ask("leave", asked)

    async def run(self) -> None:
        """What Redis does not hear of, because it is away, it hears the next time."""
        try:
            while True:
                await asyncio.sleep(self._lease_seconds / 3)
                for asked in list(self._held):
                    self._ask("keep", asked)
        finally:
            if self._asking is not None:
                await self._asking
            await self._client.aclose()

    def _ask(self, what: _What, asked: _Asked) -> None:
        self._wanted.append((what, asked))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all())

    async def _ask_all(self) -> None:
        try:
            while self._wanted:
                batch, self._wanted = self._wanted[:AT_ONCE], self._wanted[AT_ONCE:]
                try:
                    with connection.reaching(self._url):
                        replies = await self._spend(*_spelled(batch, self._lease_seconds))
                except UnavailableError as error:
                    self._refuse(batch, error)
                    return
                self._answer(batch, replies)
        finally:
            self._asking = None

    def _answer(self, batch: Sequence[tuple[_What, _Asked]], replies: Sequence[Any]) -> None:
        for (what, asked), reply in zip(batch, replies, strict=True):
            if what != "enter":
                continue
            granted, spent_in_minute, minute, spent_in_hour, hour = reply
            windows = Window(spent_in_minute, minute / 1000), Window(spent_in_hour, hour / 1000)
            if granted:
                if asked.places is not None:
                    self._held.add(asked)
                answer: _Permit | Denied = _Permit(self, asked, windows)
            else:
                answer = allowance.denial(asked.plan, *windows, streaming=asked.streaming)
            if asked.answer.done():
                # Whoever asked has gone.
                self.leave(asked)
            else:
                asked.answer.set_result(answer)

    def _refuse(self, sent: Sequence[tuple[_What, _Asked]], error: UnavailableError) -> None:
        """Nobody waits behind those who waited in vain.

        Places that were given back, or that may have been granted without our hearing of it, are free once Redis is asked again.
        """
        unheard = [asked for what, asked in sent if what != "keep"]
        unheard += [asked for what, asked in self._wanted if what == "leave"]
        waiting = [asked for what, asked in (*sent, *self._wanted) if what == "enter"]
        self._wanted = [("leave", asked) for asked in unheard[-MOST_LEFT:]]
        for asked in waiting:
            if not asked.answer.done():
                asked.answer.set_exception(error)

    def _key(self, spender: Spender, name: str) -> str:
        return connection.key(self._prefix, spender.tenant, "allowance", name, spender.caller)


def _spelled(batch: Sequence[tuple[_What, _Asked]], lease_seconds: float) -> tuple[list[str], list[str | int]]:
    """Keys and arguments of the script."""
    keys = [key for _, asked in batch for key in asked.keys]
    arguments: list[str | int] = [round(lease_seconds * 1000)]
    for what, asked in batch:
        arguments.extend(asked.arguments(what))
    return keys, arguments
