"""Allowances of replicas that share them, and time that passes for them when a story says so."""

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import redis

from mcpskills.adapters.in_process_allowances import InProcessAllowances
from mcpskills.adapters.redis.allowances import RedisAllowances
from mcpskills.allowance import Denied, Plan, Spender
from mcpskills.ports import Allowances, Permit, SharedAllowances

ADA = Spender("default", "user:ada")


@dataclass
class Seconds:
    """A clock that stands still."""

    passed: float = 1000.0

    def __call__(self) -> float:
        return self.passed


Counter = Allowances | SharedAllowances


@dataclass(frozen=True)
class Counting:
    """`replica` opens allowances as each replica does for itself; `wait` lets seconds pass for what all of them share."""

    replica: Callable[[], AbstractAsyncContextManager[Counter]]
    wait: Callable[[float], None]


def in_process() -> Counting:
    clock = Seconds()
    only = InProcessAllowances(clock)

    def wait(seconds: float) -> None:
        clock.passed += seconds

    return Counting(lambda: contextlib.nullcontext(only), wait)


@contextlib.contextmanager
def in_redis(url: str, prefix: str) -> Iterator[Counting]:
    with redis.Redis.from_url(url) as client:
        yield Counting(
            lambda: running(RedisAllowances(url, prefix=prefix)),
            lambda seconds: age(client, prefix, round(seconds * 1000)),
        )


def age(client: redis.Redis, prefix: str, milliseconds: int) -> None:
    """All keys of a prefix are as they would be so much later."""
    for key in client.scan_iter(f"{prefix}:*"):
        if client.type(key) == b"zset":
            for member in client.zrange(key, 0, -1):
                client.zincrby(key, -milliseconds, member)
        client.pexpire(key, client.pttl(key) - milliseconds)


async def entered(
    allowances: Counter, plan: Plan, spender: Spender = ADA, *, streaming: bool = False
) -> Permit | Denied:
    """Whether its answer has to be awaited or not."""
    answer = allowances.enter(spender, plan, streaming=streaming)
    return await answer if inspect.isawaitable(answer) else answer


async def granted(allowances: Counter, plan: Plan, times: int, spender: Spender = ADA) -> int:
    """How many of so many requests at once are granted; each is answered before the next is asked for."""
    got = 0
    for answer in await asyncio.gather(*(entered(allowances, plan, spender) for _ in range(times))):
        if not isinstance(answer, Denied):
            got += 1
            answer.leave()
    return got


@contextlib.asynccontextmanager
async def running(allowances: SharedAllowances) -> AsyncIterator[SharedAllowances]:
    task = asyncio.create_task(allowances.run())
    try:
        yield allowances
    finally:
        # Until here it may not even have begun.
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
