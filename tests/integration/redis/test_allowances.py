"""Allowances in Redis: places of processes that die, and a Redis that goes away."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import redis

import allowance_scenes
from allowance_scenes import ADA, Seconds, age, entered, granted
from mcpskills.adapters.in_process_allowances import InProcessAllowances
from mcpskills.adapters.redis.allowances import AT_ONCE, RedisAllowances
from mcpskills.allowance import Denied, Plan
from mcpskills.errors import UnavailableError
from mcpskills.ports import LEASE_SECONDS, SharedAllowances
from mcpskills_server.auth.limits.counting import PAUSE_SECONDS, Counting
from stand_ins.unsteady_redis import UnsteadyRedis, unsteady_redis

pytestmark = pytest.mark.anyio

ONE_PLACE = Plan(None, None, 1)
LEASE = 0.3
"""Seconds after which a lease is renewed three times, where that is the story."""


@pytest.fixture
def unsteady() -> Iterator[UnsteadyRedis]:
    with unsteady_redis() as made:
        yield made


@pytest.fixture
def client(valkey) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(valkey.url) as made:
        yield made


def _places(client: redis.Redis, prefix: Path) -> bytes:
    [key] = client.scan_iter(f"{prefix}:*running*")
    return key


@pytest.fixture
async def running(anyio_backend) -> AsyncIterator[Callable[[RedisAllowances], Awaitable[SharedAllowances]]]:
    """Has allowances run until the end of the test."""
    async with AsyncExitStack() as stack:

        async def run(allowances: RedisAllowances) -> SharedAllowances:
            return await stack.enter_async_context(allowance_scenes.running(allowances))

        yield run


async def test_the_places_of_a_process_that_was_killed_are_free_when_its_leases_have_run_out(
    valkey, client, tmp_path, running
):
    killed, other = [await running(RedisAllowances(valkey.url, prefix=str(tmp_path))) for _ in range(2)]
    await entered(killed, ONE_PLACE)

    age(client, str(tmp_path), 29_000)
    too_soon = await entered(other, ONE_PLACE)
    age(client, str(tmp_path), 1_000)

    assert isinstance(too_soon, Denied)
    assert not isinstance(await entered(other, ONE_PLACE), Denied)


async def test_a_request_that_takes_long_keeps_its_place(valkey, client, tmp_path, running):
    lasting = await running(RedisAllowances(valkey.url, prefix=str(tmp_path), lease_seconds=LEASE))
    other = await running(RedisAllowances(valkey.url, prefix=str(tmp_path), lease_seconds=LEASE))
    permit = await entered(lasting, ONE_PLACE)
    ends = client.zrange(_places(client, tmp_path), 0, -1, withscores=True)[0][1]

    async with asyncio.timeout(30):
        while client.zrange(_places(client, tmp_path), 0, -1, withscores=True)[0][1] == ends:
            await asyncio.sleep(0)

    assert isinstance(await entered(other, ONE_PLACE), Denied)
    permit.leave()


async def test_whoever_goes_before_the_answer_holds_no_place(valkey, tmp_path, running):
    allowances = await running(RedisAllowances(valkey.url, prefix=str(tmp_path)))
    gone = asyncio.create_task(allowances.enter(ADA, ONE_PLACE, streaming=False))
    await asyncio.sleep(0)

    gone.cancel()
    await entered(allowances, Plan(5, None, None))

    assert not isinstance(await entered(allowances, ONE_PLACE), Denied)


async def test_what_is_unlimited_leaves_nothing_in_redis(valkey, client, tmp_path, running):
    allowances = await running(RedisAllowances(valkey.url, prefix=str(tmp_path)))

    await entered(allowances, Plan(None, None, None))

    assert list(client.scan_iter(f"{tmp_path}:*")) == []


async def test_windows_end_by_themselves_so_that_nothing_gathers(valkey, client, tmp_path, running):
    allowances = await running(RedisAllowances(valkey.url, prefix=str(tmp_path)))

    await granted(allowances, Plan(2, 2, 5), 9)

    ends = {key.rsplit(b":", 3)[1]: client.pttl(key) for key in client.scan_iter(f"{tmp_path}:*")}
    assert 59_000 < ends[b"minute"] <= 60_000
    assert 3_599_000 < ends[b"hour"] <= 3_600_000


async def test_while_redis_is_stopped_whoever_asks_is_told_and_afterwards_it_goes_on(unsteady, running):
    allowances = await running(RedisAllowances(unsteady.url))
    plan = Plan(3, None)
    held = await entered(allowances, plan)

    with unsteady.stopped():
        with pytest.raises(UnavailableError):
            await entered(allowances, plan)
        held.leave()

    assert await granted(allowances, plan, 5) == 3


async def test_a_place_that_was_given_back_while_redis_was_away_is_free_afterwards(unsteady, running):
    allowances = await running(RedisAllowances(unsteady.url))
    held = await entered(allowances, ONE_PLACE)
    with redis.Redis.from_url(unsteady.url) as client:
        [places] = client.scan_iter("*running*")
        leases = dict(client.zrange(places, 0, -1, withscores=True))
        with unsteady.stopped():
            held.leave()
            with pytest.raises(UnavailableError):
                await entered(allowances, ONE_PLACE)
        # As one comes back that keeps what it has on disk.
        client.zadd(places, leases)

    assert not isinstance(await entered(allowances, ONE_PLACE), Denied)


async def test_a_place_that_was_granted_without_our_hearing_of_it_is_given_back(unsteady, running):
    allowances = await running(RedisAllowances(unsteady.url, patience=0.1))
    (await entered(allowances, ONE_PLACE)).leave()
    with unsteady.partitioned(), pytest.raises(UnavailableError):
        await entered(allowances, ONE_PLACE)

    # What was on its way arrives now, with nobody to hear the answer.
    async with asyncio.timeout(LEASE_SECONDS / 3):
        while isinstance(await entered(allowances, ONE_PLACE), Denied):
            await asyncio.sleep(0)


async def test_nobody_waits_behind_those_who_wait_in_vain(unsteady, running):
    allowances = await running(RedisAllowances(unsteady.url, patience=0.1))
    plan = Plan(1000, None, None)
    await entered(allowances, plan)

    with unsteady.partitioned():
        waiting = [asyncio.create_task(entered(allowances, plan)) for _ in range(5 * AT_ONCE)]
        with pytest.raises(UnavailableError):
            await waiting[0]
        await asyncio.sleep(0)

        assert all(each.done() for each in waiting)
        assert {type(each.exception()) for each in waiting} == {UnavailableError}


async def test_a_redis_that_says_nothing_is_not_waited_for(unsteady, running):
    allowances = await running(RedisAllowances(unsteady.url, patience=0.1))
    await entered(allowances, ONE_PLACE)

    with unsteady.partitioned(), pytest.raises(UnavailableError):
        await entered(allowances, ONE_PLACE)


async def test_while_redis_is_away_one_request_in_a_while_tries_it_for_all(unsteady, running):
    clock = Seconds()
    local = InProcessAllowances(clock)
    counting = Counting(await running(RedisAllowances(unsteady.url)), local, "local", clock)
    with unsteady.stopped():
        await counting.enter(ADA, Plan(5, None), streaming=False)
    too_soon = [(await counting.enter(ADA, Plan(5, None), streaming=False)).standing() for _ in range(3)]
    said = counting.counted_by
    clock.passed += PAUSE_SECONDS

    later = await asyncio.gather(*(counting.enter(ADA, Plan(9, None), streaming=False) for _ in range(3)))

    assert said == "local"
    assert [each.remaining for each in too_soon] == [3, 2, 1]
    assert sorted(each.standing().remaining for each in later) == [3, 3, 8]
    assert counting.counted_by == "redis"
