"""Many clients read while skills change: nobody is refused, and no answer is made of two versions or generations."""

import asyncio
from itertools import cycle, islice

import pytest

from load_clients import HANDSHAKE, MODERN, Crowd, Truth, requests
from server_crew import crew

SKILLS = [f"load-{number:02}" for number in range(24)]
AT_ONCE = 3
SETTINGS = {"MCPSKILLS_PAGE_SIZE": "10", "MCPSKILLS_POLL_SECONDS": "0.1", "MCPSKILLS_SESSIONS": "stateless"}

pytestmark = pytest.mark.anyio


async def test_forty_clients_read_through_ten_swaps(tmp_path):
    await story(tmp_path, clients=40, swaps=10, pause=0)


@pytest.mark.nightly
async def test_two_hundred_clients_read_for_a_minute_with_a_swap_every_second(tmp_path):
    await story(tmp_path, clients=200, swaps=60, pause=1)


async def story(root, *, clients, swaps, pause):
    with crew(root, **SETTINGS) as server:
        truth = Truth(server.registry)
        for name in SKILLS:
            truth.publish(name)
        host, port = server.parent.url.removeprefix("http://").split(":")
        crowd, stop = Crowd(host, int(port), SKILLS), asyncio.Event()
        await asyncio.to_thread(server.until_at, truth.generation)
        async with asyncio.TaskGroup() as tasks:
            for number in range(clients):
                tasks.create_task(crowd.ask_until(stop, number))
            for names in islice(batches(), swaps):
                await asyncio.gather(asyncio.to_thread(change, server, truth, names), asyncio.sleep(pause))
            stop.set()

    faults = {(kind, era, truth.fault(kind, status, body)) for kind, era, status, body in crowd.answers}
    assert {fault for fault in faults if fault[2] is not None} == set()
    kinds = {kind for kind, _, _ in requests("load-00")}
    assert {(kind, era) for kind, era, _ in faults} == {(kind, era) for kind in kinds for era in (HANDSHAKE, MODERN)}
    assert len(truth.versions) == len(SKILLS) + swaps * AT_ONCE


def batches():
    """The skills that change together, in turn."""
    names = cycle(SKILLS)
    while True:
        yield list(islice(names, AT_ONCE))


def change(server, truth, names):
    for name in names:
        truth.publish(name)
    server.until_at(truth.generation)
