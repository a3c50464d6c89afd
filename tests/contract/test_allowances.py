"""What `ports.Allowances` promises."""

import asyncio

import pytest

from allowance_scenes import ADA, Counting, entered, granted
from mcpskills.allowance import Denied, Plan, Spender, Standing

pytestmark = pytest.mark.anyio

WIDE = 10_000


async def test_of_many_requests_at_once_as_many_are_granted_as_the_plan_allows(counting: Counting):
    async with counting.replica() as one, counting.replica() as other:
        plan = Plan(100, 1000, None)

        got = await asyncio.gather(*(granted(each, plan, 50) for each in [one, other] * 10))

    assert sum(got) == 100


async def test_what_one_window_denies_spends_nothing_of_the_other(counting: Counting):
    async with counting.replica() as allowances:
        await granted(allowances, Plan(WIDE, 3, None), 3)
        await granted(allowances, Plan(WIDE, 3, None), 5)

        left = await granted(allowances, Plan(10, None, None), 20)

    assert left == 7


async def test_what_finds_no_place_spends_nothing(counting: Counting):
    async with counting.replica() as allowances:
        held = await entered(allowances, Plan(5, 5, 1))
        refused = [await entered(allowances, Plan(5, 5, 1)) for _ in range(9)]
        held.leave()

        left = await granted(allowances, Plan(5, 5, None), 9)

    assert refused == [Denied("requests at once", 1, 1.0)] * 9
    assert left == 4


async def test_a_minute_after_its_first_request_a_window_begins_anew(counting: Counting):
    async with counting.replica() as allowances:
        plan = Plan(2, None, None)
        await granted(allowances, plan, 5)

        counting.wait(59)
        too_soon = await entered(allowances, plan)
        counting.wait(1)

        assert isinstance(too_soon, Denied)
        assert too_soon.seconds <= 1
        assert await granted(allowances, plan, 5) == 2


async def test_the_hour_ends_in_the_middle_of_a_minute_as_well(counting: Counting):
    async with counting.replica() as allowances:
        plan = Plan(2, 2, None)
        await granted(allowances, plan, 5)

        counting.wait(3590)
        last_minute = await granted(allowances, plan, 1)
        counting.wait(10)

        assert last_minute == 0
        assert await granted(allowances, plan, 5) == 2


async def test_whoever_is_denied_hears_of_the_window_that_ends_last(counting: Counting):
    async with counting.replica() as allowances:
        plan = Plan(1, 1, None)
        await granted(allowances, plan, 1)

        denied = await entered(allowances, plan)

    assert isinstance(denied, Denied)
    assert (denied.what, denied.limit, round(denied.seconds)) == ("requests per hour", 1, 3600)


async def test_whoever_is_granted_hears_of_the_window_with_least_left(counting: Counting):
    async with counting.replica() as allowances:
        await granted(allowances, Plan(100, 95, None), 90)

        standing = (await entered(allowances, Plan(100, 95, None))).standing()

    assert standing is not None
    assert (standing.limit, standing.remaining, round(standing.seconds)) == (95, 4, 3600)


async def test_where_no_window_is_limited_there_is_nothing_to_hear(counting: Counting):
    async with counting.replica() as allowances:
        permit = await entered(allowances, Plan(None, None, 5))

    assert permit.standing() is None


async def test_a_place_is_free_again_once_its_request_is_answered(counting: Counting):
    async with counting.replica() as one, counting.replica() as other:
        plan = Plan(None, None, 2)
        first, second = await entered(one, plan), await entered(other, plan)
        refused = await entered(one, plan)

        first.leave()

        assert isinstance(refused, Denied)
        assert not isinstance(await entered(one, plan), Denied)
        assert isinstance(await entered(one, plan), Denied)
        second.leave()


async def test_streams_have_places_of_their_own_ten_times_as_many(counting: Counting):
    async with counting.replica() as allowances:
        plan = Plan(None, None, 1)
        streams = [await entered(allowances, plan, streaming=True) for _ in range(10)]
        refused = await entered(allowances, plan, streaming=True)

        streams[0].leave()

        assert refused == Denied("streams at once", 10, 1.0)
        assert not isinstance(await entered(allowances, plan, streaming=True), Denied)
        assert not isinstance(await entered(allowances, plan), Denied)


async def test_nobody_spends_what_is_anothers(counting: Counting):
    async with counting.replica() as allowances:
        plan = Plan(1, None, 1)
        others = [Spender("default", "user:bob"), Spender("acme", "user:ada"), Spender("default:minute", "user:ada")]
        await entered(allowances, plan, ADA)

        assert [await granted(allowances, plan, 2, each) for each in others] == [1, 1, 1]


async def test_a_stream_and_an_answer_stand_in_the_same_windows(counting: Counting):
    async with counting.replica() as allowances:
        plan = Plan(3, None)
        stream = await entered(allowances, plan, streaming=True)

        assert stream.standing() == Standing(3, 2, stream.standing().seconds)
        assert await granted(allowances, plan, 5) == 2
