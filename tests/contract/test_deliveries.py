"""What `ports.Deliveries` promises."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from structlog.testing import capture_logs

from catalog_builders import NOON
from mcpskills.ports import ATTEMPTS, MOST_DELIVERIES, Deliveries, Delivery

PATIENCE = 30.0

IDLE = 0.3
"""Seconds after which a delivery is claimed from its consumer, where that is the story."""

Open = Callable[..., Deliveries]
"""Opens the queue, as each process does for itself."""


def a_delivery(name: str = "one") -> Delivery:
    return Delivery(name, "push", NOON)


def test_a_delivery_is_taken_as_it_was_enqueued(open_queue: Open):
    queue = open_queue()

    assert queue.enqueue(a_delivery())

    taken = queue.take("worker", PATIENCE)
    assert (taken.delivery, taken.attempt) == (a_delivery(), 1)


def test_deliveries_are_taken_in_their_order(open_queue: Open):
    queue = open_queue()
    for name in "abc":
        queue.enqueue(a_delivery(name))

    assert [queue.take("worker", PATIENCE).delivery.id for _ in range(3)] == ["a", "b", "c"]


def test_an_empty_queue_gives_nothing(open_queue: Open):
    assert open_queue().take("worker", 0) is None
    assert open_queue().take("worker", 0.01) is None


def test_whoever_waits_gets_what_comes(open_queue: Open):
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(open_queue().take, "worker", PATIENCE)
        open_queue().enqueue(a_delivery())

        assert waiting.result().delivery == a_delivery()


def test_the_same_delivery_is_kept_once_also_after_it_was_dealt_with(open_queue: Open):
    queue = open_queue()

    assert [queue.enqueue(a_delivery()) for _ in range(3)] == [True, False, False]

    queue.acknowledge(queue.take("worker", PATIENCE))
    assert not queue.enqueue(a_delivery())
    assert queue.take("worker", 0) is None


def test_the_same_delivery_from_many_at_once_is_kept_once(open_queue: Open):
    queues = [open_queue() for _ in range(4)]
    together = threading.Barrier(20)

    def enqueue(number: int) -> bool:
        together.wait()
        return queues[number % 4].enqueue(a_delivery())

    with ThreadPoolExecutor(20) as threads:
        kept = list(threads.map(enqueue, range(20)))

    assert sum(kept) == 1


def test_each_delivery_goes_to_one_consumer(open_queue: Open):
    queues = [open_queue() for _ in range(4)]
    for number in range(40):
        queues[0].enqueue(a_delivery(str(number)))

    def take_all(number: int) -> list[str]:
        found = []
        while (taken := queues[number].take(f"worker {number}", 0)) is not None:
            queues[number].acknowledge(taken)
            found.append(taken.delivery.id)
        return found

    with ThreadPoolExecutor(4) as threads:
        taken = [name for names in threads.map(take_all, range(4)) for name in names]

    assert sorted(taken, key=int) == [str(number) for number in range(40)]


def test_what_a_consumer_died_with_goes_to_another(open_queue: Open):
    open_queue(IDLE).enqueue(a_delivery())
    dead = open_queue(IDLE).take("dead", PATIENCE)

    taken = open_queue(IDLE).take("alive", PATIENCE)

    assert (taken.delivery, taken.receipt, taken.attempt) == (dead.delivery, dead.receipt, 2)


def test_what_was_acknowledged_comes_no_more(open_queue: Open):
    queue = open_queue(IDLE)
    queue.enqueue(a_delivery("dealt with"))
    taken = queue.take("worker", PATIENCE)
    queue.acknowledge(taken)
    queue.acknowledge(taken)
    queue.enqueue(a_delivery("left by the dead"))
    queue.take("dead", PATIENCE)

    assert queue.take("worker", PATIENCE).delivery.id == "left by the dead"


def test_a_late_acknowledgement_counts_though_another_has_it_by_now(open_queue: Open):
    queue = open_queue(IDLE)
    queue.enqueue(a_delivery("slow"))
    slow = queue.take("slow", PATIENCE)
    queue.take("other", PATIENCE)
    queue.acknowledge(slow)
    queue.enqueue(a_delivery("next"))

    assert [queue.take("worker", PATIENCE).delivery.id for _ in range(3)] == ["next"] * 3


def test_a_delivery_that_nobody_could_deal_with_is_set_aside_with_an_alarm(open_queue: Open):
    queue = open_queue(IDLE)
    queue.enqueue(a_delivery("poison"))

    attempts = [queue.take("worker", PATIENCE).attempt for _ in range(ATTEMPTS)]
    queue.enqueue(a_delivery("wholesome"))
    with capture_logs() as logged:
        assert queue.take("worker", PATIENCE).delivery.id == "wholesome"
        assert queue.take("worker", PATIENCE).delivery.id == "wholesome"

    assert attempts == list(range(1, ATTEMPTS + 1))
    assert [(line["log_level"], line["delivery"]) for line in logged] == [("error", "poison")]
    assert not queue.enqueue(a_delivery("poison"))


def test_when_too_many_wait_the_oldest_are_dropped(open_queue: Open):
    queue = open_queue()
    for number in range(MOST_DELIVERIES + 500):
        queue.enqueue(a_delivery(str(number)))

    assert int(queue.take("worker", PATIENCE).delivery.id) >= 300
