"""What counting a request against a plan takes: in memory, and by a question to Redis, alone and with many asking at once.

In memory it is processor time; with Redis it is what a request waits, as the work is done in another process. Redis is Valkey on
this machine. The plan lets everything through, so that every request is counted in both windows and takes and gives back a place.

Run: make bench NAME=allowances [ARGS="--requests 20000"]
"""

import argparse
import asyncio
import statistics
import time

from mcpskills.adapters.in_process_allowances import InProcessAllowances
from mcpskills.adapters.redis.allowances import RedisAllowances
from mcpskills.allowance import Denied, Plan, Spender
from stand_ins.valkey import valkey_server

PLAN = Plan(10**9, 10**9, 10_000)
ROUNDS = 9
AT_ONCE = 64
MANY = 1_000


def in_memory(requests: int) -> float:
    """Microseconds of CPU a request: the median of rounds."""
    allowances, spenders = InProcessAllowances(), [Spender("default", f"key:{number}") for number in range(MANY)]
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for number in range(requests):
            permit = allowances.enter(spenders[number % MANY], PLAN, streaming=False)
            assert not isinstance(permit, Denied)
            permit.leave()
        taken.append((time.process_time() - began) / requests * 1e6)
    return statistics.median(taken)


async def by_redis(requests: int, url: str, callers: int) -> list[float]:
    """Milliseconds that each request waits, with so many callers who each ask one after the other."""
    allowances = RedisAllowances(url)
    keeping = asyncio.create_task(allowances.run())
    waited: list[float] = []

    async def ask(number: int) -> None:
        spender = Spender("default", f"key:{number}")
        for _ in range(requests // callers):
            began = time.perf_counter()
            permit = await allowances.enter(spender, PLAN, streaming=False)
            waited.append((time.perf_counter() - began) * 1e3)
            assert not isinstance(permit, Denied)
            permit.leave()

    await asyncio.gather(*map(ask, range(callers)))
    keeping.cancel()
    await asyncio.wait([keeping])
    return waited


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    options = parser.parse_args()
    print(f"in memory: {in_memory(options.requests):.2f} µs of CPU a request")
    with valkey_server() as valkey:
        for callers in (1, AT_ONCE):
            began = time.perf_counter()
            waited = asyncio.run(by_redis(options.requests, valkey.url, callers))
            parts, rate = statistics.quantiles(waited, n=100), len(waited) / (time.perf_counter() - began)
            print(f"by Redis, {callers} at once: p50 {parts[49]:.2f} ms, p99 {parts[98]:.2f} ms, {rate:,.0f} a second")


if __name__ == "__main__":
    main()
