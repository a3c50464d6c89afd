"""Writers of the catalog in DynamoDB that meet, are overtaken, or are cut off: nothing is lost, nothing done twice."""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event

import pytest

from builders import NAME
from catalog_builders import GRACE, TENANT, Clock, a_hold, a_quarantine, a_version, lease_of, publish
from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog
from mcpskills.audit import Actor, Head, fault
from mcpskills.errors import LeaseLostError, PreconditionFailedError, UnavailableError
from mcpskills.ports import Publication
from stand_ins.aws_server import AwsServer
from stand_ins.catalogs import some_tables
from stand_ins.faults import THROTTLED, Answer, Fault, FaultyServer, Forward, Request, answer_lost, unreachable

WRITE = "TransactWriteItems"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def prefix(ministack: AwsServer) -> str:
    return some_tables(ministack)


@pytest.fixture
def catalog(ministack: AwsServer, prefix: str, clock: Clock) -> DynamoDbCatalog:
    return DynamoDbCatalog(ministack.aws.client("dynamodb"), prefix, clock)


@pytest.fixture
def behind(behind_faults: AwsServer, prefix: str, clock: Clock) -> DynamoDbCatalog:
    """The same catalog, as it is reached through the faulty proxy."""
    return DynamoDbCatalog(behind_faults.aws.client("dynamodb"), prefix, clock)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


class Pause:
    """A fault that stops a request on its way and lets it go on when the test says so."""

    def __init__(self) -> None:
        self.reached, self.go_on = Event(), Event()

    def __call__(self, _request: Request, forward: Forward) -> Answer:
        self.reached.set()
        assert self.go_on.wait(60)
        return forward()


def paused_publication(
    behind: DynamoDbCatalog, proxy: FaultyServer, threads: ThreadPoolExecutor
) -> tuple[Pause, Future[object]]:
    """Version 2, with everything decided and its transaction on the way."""
    lease, seen = lease_of(behind), behind.skill(TENANT, NAME)
    pause = Pause()
    proxy.inject(pause, operation=WRITE)
    writing = threads.submit(behind.publish, lease, Publication(a_version(2), seen))
    assert pause.reached.wait(60)
    return pause, writing


def test_a_publisher_that_paused_past_its_lease_cannot_write(catalog, behind, faulty_ministack, threads, clock: Clock):
    publish(catalog, a_version(1))
    pause, writing = paused_publication(behind, faulty_ministack, threads)

    clock.pass_by(31)
    lease_of(catalog, "two")
    pause.go_on.set()

    with pytest.raises(LeaseLostError):
        writing.result()
    assert (catalog.skill(TENANT, NAME).live, catalog.generation(TENANT)) == (1, 1)
    assert [version.number for version in catalog.versions(TENANT, NAME)] == [1]


def test_a_hold_that_comes_between_is_not_overlooked(catalog, behind, faulty_ministack, threads):
    publish(catalog, a_version(1))
    pause, writing = paused_publication(behind, faulty_ministack, threads)

    held = catalog.hold(TENANT, NAME, a_hold(1), GRACE)
    pause.go_on.set()

    with pytest.raises(PreconditionFailedError):
        writing.result()
    assert catalog.skill(TENANT, NAME) == held


def test_a_change_of_another_skill_that_comes_between_is_waited_for(catalog, behind, faulty_ministack, threads):
    publish(catalog, a_version(1), a_version(name="apple-pie"))
    pause, writing = paused_publication(behind, faulty_ministack, threads)

    catalog.hold(TENANT, "apple-pie", a_hold(1), GRACE)
    pause.go_on.set()

    assert (writing.result().live, writing.result().generation) == (2, 4)
    assert fault(TENANT, Head(), catalog.audit_after(TENANT, 0, 100)) is None


def test_a_hold_does_not_move_a_folder_back_that_moved_meanwhile(catalog, behind, faulty_ministack, threads):
    publish(catalog, a_version(1))
    pause = Pause()
    faulty_ministack.inject(pause, operation=WRITE)
    holding = threads.submit(behind.hold, TENANT, NAME, a_hold(None), GRACE)
    assert pause.reached.wait(60)

    catalog.keep_place(lease_of(catalog), NAME, "skills/office/pdf-forms", "d" * 40)
    pause.go_on.set()

    assert holding.result().path == "skills/office/pdf-forms"
    assert catalog.skill(TENANT, NAME) == holding.result()


def test_of_many_publishers_one_gets_the_lease(catalog: DynamoDbCatalog, threads: ThreadPoolExecutor):
    start = Barrier(8)

    def acquire(n: int) -> int:
        start.wait()
        return catalog.acquire_lease(TENANT, f"publisher-{n}", 30).token

    tries = [threads.submit(acquire, n) for n in range(8)]

    lost = [each.exception() for each in tries if each.exception()]
    assert len(lost) == 7
    assert {type(error) for error in lost} == {LeaseLostError}


def test_writers_at_once_lose_nothing(catalog: DynamoDbCatalog, threads: ThreadPoolExecutor):
    names = [f"skill-{n}" for n in range(6)]
    lease = lease_of(catalog)

    def work(name: str) -> None:
        record = catalog.publish(lease, Publication(a_version(1, name=name), None))
        catalog.publish(lease, Publication(a_version(2, name=name), record))
        catalog.hold(TENANT, name, a_hold(1), GRACE)
        catalog.quarantine(lease, a_quarantine(f"skills/elsewhere/{name}"))
        catalog.lift(TENANT, name, Actor("ada"))

    list(threads.map(work, names))

    trail = catalog.audit_after(TENANT, 0, 100)
    assert catalog.generation(TENANT) == 4 * len(names)
    assert len(trail) == 5 * len(names)
    assert fault(TENANT, Head(), trail) is None
    assert catalog.changes_since(TENANT, 0).skills == set(names)
    assert {record.name: record.live for record in catalog.skills(TENANT)} == dict.fromkeys(names, 2)


@pytest.mark.parametrize("fault", [THROTTLED, unreachable], ids=["throttled", "unreachable"])
def test_a_fault_that_passes_is_not_noticed(catalog, behind, faulty_ministack, fault: Fault):
    for operation in (WRITE, "BatchGetItem", "GetItem", "PutItem", "Query"):
        faulty_ministack.inject(fault, operation=operation)

    publish(behind, a_version(1), a_version(2))
    record = behind.hold(TENANT, NAME, a_hold(1), GRACE)

    assert catalog.skill(TENANT, NAME) == record
    assert (record.live, record.generation, catalog.generation(TENANT)) == (1, 3, 3)


def test_a_transaction_whose_answer_was_lost_is_done_once(catalog, behind, faulty_ministack):
    publish(behind, a_version(1))
    faulty_ministack.inject(answer_lost, operation=WRITE)

    record = publish(behind, a_version(2))

    assert faulty_ministack.seen.count(WRITE) == 3
    assert (record.live, record.generation, catalog.generation(TENANT)) == (2, 2, 2)
    assert [entry.action for entry in catalog.audit(TENANT, 10)] == ["publish", "publish"]


def test_a_lease_whose_answer_was_lost_is_the_holders(catalog, behind, faulty_ministack):
    faulty_ministack.inject(answer_lost, operation="PutItem")

    lease = lease_of(behind)

    assert lease_of(catalog) == lease


def test_keys_that_are_left_out_are_asked_for_again(catalog, behind, faulty_ministack):
    def busy(request: Request, _forward: Forward) -> Answer:
        left = {"Responses": {}, "UnprocessedKeys": json.loads(request.body)["RequestItems"]}
        return Answer(200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(left).encode())

    publish(behind, a_version(1))
    faulty_ministack.inject(busy, times=2, operation="BatchGetItem")

    assert behind.hold(TENANT, NAME, a_hold(1), GRACE).live == 1

    faulty_ministack.inject(busy, times=20, operation="BatchGetItem")
    with pytest.raises(UnavailableError, match="too busy"):
        behind.lift(TENANT, NAME, Actor("ada"))


def test_a_catalog_that_cannot_be_reached_is_unavailable(catalog, behind_faults, faulty_ministack, prefix):
    publish(catalog, a_version(1))
    impatient = DynamoDbCatalog(replace(behind_faults.aws, tries=1).client("dynamodb"), prefix)
    faulty_ministack.inject(unreachable, times=2)

    with pytest.raises(UnavailableError, match="cannot be reached"):
        impatient.generation(TENANT)
    with pytest.raises(UnavailableError, match="cannot be reached"):
        impatient.hold(TENANT, NAME, a_hold(1), GRACE)

    assert catalog.generation(TENANT) == 1
