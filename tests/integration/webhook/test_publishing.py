"""From a delivery to live: real GitHub payloads over HTTP, a real publisher, real Git; its timer is an hour away."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from builders import skill_folder
from catalog_builders import NOON, TENANT
from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries
from mcpskills.errors import UnavailableError
from mcpskills.ports import Delivery
from publisher_scene import Scene, eventually, scene
from webhook_scene import Site, a_pull_request, a_push, receiver, site

IDLE = 0.5


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Scene]:
    """Looked at by its URL, so that nothing but deliveries tells the publisher of a push."""
    at = tmp_path / "data" / "deliveries.sqlite"
    with scene(tmp_path) as made, closing(SqliteDeliveries(at, TENANT, idle=IDLE)) as queue:
        made.registry = made.origin.as_uri()
        made.deliveries = queue
        yield made


@pytest.fixture
def github(registry: Scene) -> Iterator[Site]:
    with site(receiver(registry.deliveries)) as opened:
        yield opened


def deliveries(registry: Scene) -> list[tuple[str, bool, int]]:
    """Each with its id, whether it is still open, and how often it was handed out."""
    with closing(sqlite3.connect(registry.data / "deliveries.sqlite")) as stranger:
        rows = stranger.execute("SELECT id, open, attempts FROM deliveries ORDER BY number").fetchall()
    return [(name, bool(still_open), attempts) for name, still_open, attempts in rows]


def all_dealt_with(registry: Scene) -> bool:
    return not any(still_open for _, still_open, _ in deliveries(registry))


def push(registry: Scene, github: Site, body: str) -> str:
    """Somebody pushes, and GitHub says so."""
    commit = registry.work.publish(skill_folder(body=body))
    assert github.deliver(a_push(after=commit)).status_code == 202
    return commit


def test_a_delivered_push_goes_live_and_is_acknowledged(registry: Scene, github: Site):
    async def story() -> None:
        async with registry.running(registry.publisher()):
            await asyncio.to_thread(push, registry, github, "One.\n")
            await registry.until(lambda: registry.live() == {"pdf-forms": 1})
            await eventually(lambda: all_dealt_with(registry))

    asyncio.run(story())


def test_a_delivered_merge_goes_live(registry: Scene, github: Site):
    async def story() -> None:
        async with registry.running(registry.publisher()):
            await asyncio.to_thread(registry.work.publish, skill_folder())
            await asyncio.to_thread(github.deliver, a_pull_request(), "pull_request")
            await registry.until(lambda: registry.live() == {"pdf-forms": 1})

    asyncio.run(story())


def test_a_delivery_is_acknowledged_only_after_a_reconcile_that_ended_well(registry: Scene, github: Site):
    open_at_failure: list[bool] = []

    def fail_twice(step: str, _: str) -> None:
        if step == "store" and len(open_at_failure) < 2:
            open_at_failure.append(not all_dealt_with(registry))
            raise UnavailableError("The store is away.")

    async def story() -> None:
        async with registry.running(registry.publisher(observe=fail_twice)):
            await asyncio.to_thread(push, registry, github, "One.\n")
            await registry.until(lambda: registry.live() == {"pdf-forms": 1})
            await eventually(lambda: all_dealt_with(registry))

    asyncio.run(story())

    assert open_at_failure == [True, True]


def test_what_was_queued_while_no_publisher_ran_is_dealt_with_by_the_next(registry: Scene, github: Site):
    push(registry, github, "One.\n")

    async def story() -> None:
        async with registry.running(registry.publisher()):
            await eventually(lambda: all_dealt_with(registry))

    asyncio.run(story())

    assert registry.live() == {"pdf-forms": 1}


def test_the_delivery_of_a_worker_that_was_killed_is_dealt_with_by_another(registry: Scene):
    registry.deliveries.enqueue(Delivery("orphan", "push", NOON))
    worker = Path(__file__).with_name("dying_worker.py")
    command = [sys.executable, worker, registry.data / "deliveries.sqlite", str(IDLE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "orphan\n"
        process.kill()

    async def story() -> None:
        async with registry.running(registry.publisher()):
            await eventually(lambda: all_dealt_with(registry))

    asyncio.run(story())

    ((name, _, attempts),) = deliveries(registry)
    assert (name, attempts >= 2) == ("orphan", True)


def test_a_queue_that_fails_for_a_while_does_not_end_the_publisher(registry: Scene):
    queue = registry.deliveries
    registry.deliveries = Moody(queue)

    async def story() -> None:
        async with registry.running(registry.publisher()):
            queue.enqueue(Delivery("patient", "push", NOON))
            await eventually(lambda: all_dealt_with(registry))

    asyncio.run(story())


class Moody:
    """A queue whose first two takes and first acknowledgement fail, as those of a server that comes back do."""

    def __init__(self, queue: SqliteDeliveries) -> None:
        self._queue = queue
        self._failures = {"take": 2, "acknowledge": 1}

    def take(self, consumer, seconds):
        self._fail("take")
        return self._queue.take(consumer, seconds)

    def acknowledge(self, taken):
        self._fail("acknowledge")
        self._queue.acknowledge(taken)

    def _fail(self, method):
        if self._failures[method]:
            self._failures[method] -= 1
            raise UnavailableError("The queue is away.")
