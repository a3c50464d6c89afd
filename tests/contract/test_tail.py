"""What `ports.Tail` promises."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from journal_builders import a_full_invocation, an_invocation
from mcpskills.journal import Invocation
from mcpskills.ports import Tail


async def heard(batches, count: int) -> list[Invocation]:
    """So many records of the batches that come."""
    found: list[Invocation] = []
    async with asyncio.timeout(30):
        while len(found) < count:
            found += await anext(batches)
    return found


def test_every_listener_hears_every_record_without_its_bodies(tail: Tail):
    told = [a_full_invocation(), an_invocation(), an_invocation(skill="\ud800")]

    async def story() -> list[list[Invocation]]:
        async with tail.listen() as one, tail.listen() as other:
            tail.tell(told)
            return [await heard(batches, 3) for batches in (one, other)]

    bare = [replace(each, parameters=None, result=None) for each in told]
    assert asyncio.run(story()) == [bare, bare]


def test_records_may_be_told_from_any_thread(tail: Tail):
    told = an_invocation()

    async def story() -> Sequence[Invocation]:
        async with tail.listen() as batches:
            await asyncio.to_thread(tail.tell, [told])
            return await heard(batches, 1)

    assert asyncio.run(story()) == [told]


def test_nobody_hears_what_another_tenant_is_asked(tail: Tail):
    mine = an_invocation()

    async def story() -> Sequence[Invocation]:
        async with tail.listen() as batches:
            tail.tell([an_invocation(tenant="acme"), mine])
            return await heard(batches, 1)

    assert asyncio.run(story()) == [mine]


def test_telling_without_listeners_is_fine(tail: Tail):
    tail.tell([an_invocation()])


def test_who_reads_slowly_loses_some_and_is_told_so(tail: Tail):
    """Of Redis, the server decides what is slow; whoever hears nothing for a while misses nothing that is little."""
    last = an_invocation()

    async def story() -> list[Invocation]:
        async with tail.listen() as batches, asyncio.timeout(30):
            for _ in range(1_000):
                tail.tell([an_invocation()])
                await asyncio.sleep(0)
            tail.tell([last])
            found: list[Invocation] = []
            while last not in found:
                found += await anext(batches)
            return found

    assert len(asyncio.run(story())) <= 1_001
