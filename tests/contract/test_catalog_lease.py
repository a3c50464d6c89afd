"""What `ports.Catalog` promises about the lease: one publisher at a time, and none that was overtaken may write."""

import contextlib
import time
from collections.abc import Callable

import pytest

from builders import NAME
from catalog_builders import TENANT, Clock, a_quarantine, a_version, lease_of, publish
from mcpskills.errors import LeaseLostError
from mcpskills.ports import Catalog, Lease, Publication

WRITES: dict[str, Callable[[Catalog, Lease], object]] = {
    "publish": lambda catalog, lease: catalog.publish(lease, Publication(a_version(2), catalog.skill(TENANT, NAME))),
    "keep_place": lambda catalog, lease: catalog.keep_place(lease, NAME, "skills/elsewhere", "d" * 40),
    "tombstone": lambda catalog, lease: catalog.tombstone(lease, NAME, "f" * 40),
    "quarantine": lambda catalog, lease: catalog.quarantine(lease, a_quarantine()),
    "release": lambda catalog, lease: catalog.release(lease, "skills/bad"),
    "mark_commit": lambda catalog, lease: catalog.mark_commit(lease, "a" * 40),
    "freeze": lambda catalog, lease: catalog.freeze(lease, "Because."),
}
PATIENCE = 60


def soon(catalog: Catalog, holder: str, seconds: float) -> Lease:
    """The lease, as soon as it is given."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(LeaseLostError):
            return lease_of(catalog, holder, seconds)
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_lease_is_not_given_twice(catalog: Catalog):
    lease_of(catalog, "one")

    with pytest.raises(LeaseLostError, match="one"):
        lease_of(catalog, "two")


def test_a_holder_renews_its_lease_and_keeps_its_token(catalog: Catalog, clock: Clock):
    first = lease_of(catalog, "one", 30)
    clock.pass_by(20)

    assert lease_of(catalog, "one", 30) == first

    clock.pass_by(20)
    with pytest.raises(LeaseLostError):
        lease_of(catalog, "two")


def test_a_lease_that_ran_out_changes_hands_with_a_higher_token(catalog: Catalog, clock: Clock):
    first = lease_of(catalog, "one", 30)
    clock.pass_by(31)

    assert lease_of(catalog, "two", 30).token == first.token + 1


def test_a_holder_that_comes_back_knows_by_the_token_whether_another_one_was_at_work(catalog: Catalog, clock: Clock):
    first = lease_of(catalog, "one", 30)
    clock.pass_by(31)
    alone = lease_of(catalog, "one", 30)
    clock.pass_by(31)
    catalog.release_lease(lease_of(catalog, "two", 30))

    assert alone.token == first.token + 1
    assert lease_of(catalog, "one", 30).token == alone.token + 2


def test_a_lease_of_a_clock_that_is_fast_is_taken_once_it_stood_still_for_as_long_as_it_lasts(
    catalog: Catalog, clock: Clock
):
    clock.pass_by(3600)
    first = lease_of(catalog, "one", 30)
    clock.pass_by(-3600)

    with pytest.raises(LeaseLostError):
        lease_of(catalog, "two", 0.05)
    second = soon(catalog, "two", 0.05)

    assert second.token == first.token + 1


def test_a_holder_whose_clock_is_slow_loses_its_lease_and_writes_nothing_more(catalog: Catalog, clock: Clock):
    clock.pass_by(-3600)
    slow = lease_of(catalog, "one", 30)
    clock.pass_by(3600)
    second = lease_of(catalog, "two", 30)
    clock.pass_by(-3600)

    with pytest.raises(LeaseLostError):
        catalog.mark_commit(slow, "a" * 40)
    with pytest.raises(LeaseLostError, match="two"):
        lease_of(catalog, "one", 30)

    catalog.release_lease(second)
    assert lease_of(catalog, "one", 30).token > second.token


def test_a_lease_that_is_renewed_does_not_stand_still(catalog: Catalog, clock: Clock):
    clock.pass_by(3600)
    lease_of(catalog, "one", 30)
    clock.pass_by(-3600)
    tries = []

    for _ in range(3):
        with pytest.raises(LeaseLostError):
            lease_of(catalog, "two", 0)
        clock.pass_by(3601)
        tries.append(lease_of(catalog, "one", 30))
        clock.pass_by(-3600)

    assert len(set(tries)) == 1


def test_a_released_lease_is_free_at_once(catalog: Catalog):
    first = lease_of(catalog, "one")

    catalog.release_lease(first)

    assert lease_of(catalog, "two").token > first.token


def test_releasing_a_lease_that_was_lost_takes_nothing_from_its_holder(catalog: Catalog, clock: Clock):
    first = lease_of(catalog, "one", 30)
    clock.pass_by(31)
    lease_of(catalog, "two", 30)

    catalog.release_lease(first)

    with pytest.raises(LeaseLostError):
        lease_of(catalog, "three")


def test_tenants_have_leases_of_their_own(catalog: Catalog):
    catalog.acquire_lease("one-tenant", "one", 30)

    assert catalog.acquire_lease("another-tenant", "two", 30).tenant == "another-tenant"


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_an_overtaken_publisher_cannot_write(catalog: Catalog, clock: Clock, write: Callable[[Catalog, Lease], object]):
    publish(catalog, a_version(1))
    catalog.quarantine(lease_of(catalog), a_quarantine("skills/bad"))
    overtaken = lease_of(catalog)
    before = catalog.published(TENANT)
    clock.pass_by(31)
    lease_of(catalog, "two")

    with pytest.raises(LeaseLostError):
        write(catalog, overtaken)

    assert catalog.published(TENANT) == before
    assert catalog.generation(TENANT) == 1


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_publisher_whose_lease_ran_out_cannot_write_though_nobody_took_it(
    catalog: Catalog, clock: Clock, write: Callable[[Catalog, Lease], object]
):
    publish(catalog, a_version(1))
    catalog.quarantine(lease_of(catalog), a_quarantine("skills/bad"))
    lease = lease_of(catalog, "one", 30)
    before = catalog.published(TENANT)
    clock.pass_by(31)

    with pytest.raises(LeaseLostError, match="ran out"):
        write(catalog, lease)

    assert catalog.published(TENANT) == before


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_holder_that_renewed_in_time_can_write(
    catalog: Catalog, clock: Clock, write: Callable[[Catalog, Lease], object]
):
    publish(catalog, a_version(1))
    catalog.quarantine(lease_of(catalog), a_quarantine("skills/bad"))
    before = catalog.published(TENANT)
    clock.pass_by(20)
    lease_of(catalog)
    clock.pass_by(20)

    write(catalog, lease_of(catalog))

    assert catalog.published(TENANT) != before
