"""Deliveries of the webhook that are lost, repeated, out of order, or come at a bad moment: the newest content goes live once."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from builders import skill_folder
from catalog_builders import TENANT
from mcpskills.ports import Deliveries, Delivery, TakenDelivery
from publisher_scene import Scene, eventually
from webhook_scene import Site, a_push, receiver, site


@dataclass
class Counted:
    """A queue that counts what it takes in and what is dealt with."""

    queue: Deliveries
    kept: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    def enqueue(self, delivery: Delivery) -> bool:
        is_new = self.queue.enqueue(delivery)
        self.kept += [delivery.id] * is_new
        return is_new

    def take(self, consumer: str, seconds: float) -> TakenDelivery | None:
        return self.queue.take(consumer, seconds)

    def acknowledge(self, taken: TakenDelivery) -> None:
        self.queue.acknowledge(taken)
        self.done.add(taken.delivery.id)

    def all_dealt_with(self, count: int) -> bool:
        return len(self.kept) == count and self.done == set(self.kept)


@pytest.fixture
def counted(registry: Scene, queue: Deliveries) -> Counted:
    registry.deliveries = Counted(queue)
    return registry.deliveries


@pytest.fixture
def github(counted: Counted) -> Iterator[Site]:
    with site(receiver(counted)) as opened:
        yield opened


def numbers(registry: Scene) -> list[int]:
    return [version.number for version in registry.catalog.versions(TENANT, "pdf-forms")]


def test_when_every_delivery_is_lost_the_timer_brings_the_push_live(registry: Scene, counted: Counted):
    async def story() -> None:
        async with registry.running(registry.publisher(every=0.1)):
            await asyncio.to_thread(registry.work.publish, skill_folder())
            await registry.until(lambda: registry.live() == {"pdf-forms": 1})

    asyncio.run(story())

    assert counted.kept == []


def test_the_same_signed_delivery_a_hundred_times_makes_one_version(registry: Scene, counted: Counted, github: Site):
    registry.work.publish(skill_folder())
    registry.reconcile()

    async def story() -> None:
        async with registry.running(registry.publisher()):
            body = a_push(after=registry.work.publish(skill_folder(body="Two.\n")))
            sent = [asyncio.to_thread(github.deliver, body, X_GitHub_Delivery="the-same") for _ in range(100)]
            assert {answer.status_code for answer in await asyncio.gather(*sent)} == {202}
            await registry.until(lambda: registry.live() == {"pdf-forms": 2})
            await eventually(lambda: counted.all_dealt_with(1))

    asyncio.run(story())

    assert (numbers(registry), registry.catalog.generation(TENANT)) == ([2, 1], 2)


def test_deliveries_out_of_order_lead_to_the_newest_content(registry: Scene, counted: Counted, github: Site):
    registry.work.publish(skill_folder(body="One.\n"))

    async def story() -> None:
        async with registry.running(registry.publisher()):
            commits = [registry.work.publish(skill_folder(body=f"{number}.\n")) for number in range(4)]
            for commit in (commits[3], commits[0], commits[2], commits[1]):
                await asyncio.to_thread(github.deliver, a_push(after=commit))
            await eventually(lambda: counted.all_dealt_with(4))

    asyncio.run(story())

    assert registry.files("pdf-forms")["SKILL.md"].endswith(b"3.\n")
    assert numbers(registry) == sorted(numbers(registry), reverse=True)


def test_a_push_during_a_reconcile_goes_live_as_well(registry: Scene, counted: Counted, github: Site):
    registry.work.publish(skill_folder())
    pushed: list[str] = []

    def push_once(step: str, _: str) -> None:
        if step == "store" and not pushed:
            pushed.append(registry.work.publish(skill_folder("apple-pie")))
            github.deliver(a_push(after=pushed[0]))

    async def story() -> None:
        async with registry.running(registry.publisher(observe=push_once)):
            await registry.until(lambda: registry.live() == {"apple-pie": 1, "pdf-forms": 1})
            await eventually(lambda: counted.all_dealt_with(1))

    asyncio.run(story())

    assert registry.catalog.published(TENANT).commit == pushed[0]
