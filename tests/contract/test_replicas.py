"""What `ports.Replicas` promises."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from catalog_builders import NOON
from mcpskills.fleet import KEPT_STEPS, PublisherState
from mcpskills.ports import Replicas

Open = Callable[..., Replicas]
PATIENCE = 30


def test_a_reader_gets_what_each_replica_said_last(open_replicas: Open):
    replicas = open_replicas()

    replicas.report("default", "one:1", 4)
    replicas.report("default", "other:1", 4)
    replicas.report("default", "one:1", 5)

    assert replicas.serving("default") == {"one:1": 5, "other:1": 4}


def test_a_replica_may_go_back_when_its_catalog_was_restored(open_replicas: Open):
    replicas = open_replicas()

    replicas.report("default", "one:1", 5)
    replicas.report("default", "one:1", 2)

    assert replicas.serving("default") == {"one:1": 2}


def test_tenants_have_replicas_of_their_own(open_replicas: Open):
    replicas = open_replicas()

    replicas.report("acme", "one:1", 4)
    replicas.report("globex", "one:1", 7)

    assert (replicas.serving("acme"), replicas.serving("globex")) == ({"one:1": 4}, {"one:1": 7})
    assert replicas.serving("nobody") == {}


def test_a_replica_that_fell_silent_is_forgotten_and_one_that_speaks_is_not(open_replicas: Open):
    replicas = open_replicas(0.5)
    replicas.report("default", "silent", 4)

    deadline = time.monotonic() + PATIENCE
    while "silent" in replicas.serving("default"):
        assert time.monotonic() < deadline
        replicas.report("default", "speaking", 4)

    assert replicas.serving("default") == {"speaking": 4}


def test_many_replicas_may_speak_at_once(open_replicas: Open):
    replicas = open_replicas()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: replicas.report("default", f"replica {number}", number), range(50)))

    assert replicas.serving("default") == {f"replica {number}": number for number in range(50)}


def test_a_step_of_the_fleet_is_taken_by_the_last_replica_and_only_once(open_replicas: Open):
    replicas = open_replicas()

    replicas.report("default", "one:1", 4)
    replicas.report("default", "other:1", 4)
    replicas.report("default", "one:1", 6)
    before = replicas.steps("default")
    replicas.report("default", "other:1", 5)
    replicas.report("default", "other:1", 7)
    replicas.report("default", "one:1", 6)

    assert [(step.generation, step.replicas) for step in before] == [(4, 1)]
    assert [(step.generation, step.replicas) for step in replicas.steps("default")] == [(4, 1), (5, 2), (6, 2)]
    assert replicas.steps("another") in ([], ())


def test_steps_begin_anew_when_a_catalog_was_restored(open_replicas: Open):
    replicas = open_replicas()
    replicas.report("default", "one:1", 4)
    replicas.report("default", "one:1", 5)

    replicas.report("default", "one:1", 2)

    assert [step.generation for step in replicas.steps("default")] == [2]


def test_so_many_steps_are_known_and_no_more(open_replicas: Open):
    replicas = open_replicas()

    for generation in range(KEPT_STEPS + 3):
        replicas.report("default", "one:1", generation)

    steps = replicas.steps("default")
    assert (len(steps), steps[0].generation, steps[-1].generation) == (KEPT_STEPS, 3, KEPT_STEPS + 2)


def test_a_reader_gets_what_each_publisher_of_the_tenant_said_last(open_replicas: Open):
    replicas = open_replicas()
    waiting = PublisherState("b:1", False, 60.0, None, None, None, "Another publisher is at work.")
    frozen = PublisherState("a:1", True, 60.0, NOON, "c" * 40, "The branch 'main' is gone.", None)

    replicas.report_publisher("default", replace(frozen, frozen=None))
    replicas.report_publisher("default", waiting)
    replicas.report_publisher("default", frozen)

    assert [*replicas.publishers("default")] == [frozen, waiting]
    assert [*replicas.publishers("another")] == []


def test_a_publisher_that_fell_silent_is_forgotten(open_replicas: Open):
    replicas = open_replicas(0.2)
    replicas.report_publisher("default", PublisherState("a:1", True, 60.0, NOON, None, None, None))

    deadline = time.monotonic() + PATIENCE
    while replicas.publishers("default"):
        assert time.monotonic() < deadline
        replicas.report("default", "speaking", 4)
