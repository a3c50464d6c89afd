"""What `ports.Catalog` promises about the lease: one publisher at a time, and none that was overtaken may write."""

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
