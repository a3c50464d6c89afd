"""What `ports.Replicas` promises."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

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
