"""What `ports.Catalog` promises about checkpoints: the newest one is kept, by the publisher that holds the lease."""

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog_builders import NOON, TENANT, Clock, a_version, lease_of, publish
from mcpskills.checkpoint import Checkpoint
from mcpskills.errors import LeaseLostError
from mcpskills.ports import Catalog

CHECKPOINT = Checkpoint(generation=7, envelope='{"payload": "ä"}', at=NOON)


def test_there_is_no_checkpoint_before_the_first(catalog: Catalog):
    publish(catalog, a_version(1))

    assert catalog.checkpoint(TENANT) is None


def test_the_newest_checkpoint_takes_the_place_of_the_one_before(catalog: Catalog):
    newer = replace(CHECKPOINT, generation=9, at=NOON + timedelta(minutes=10))
    catalog.put_checkpoint(lease_of(catalog), CHECKPOINT)
    first = catalog.checkpoint(TENANT)

    catalog.put_checkpoint(lease_of(catalog), newer)

    assert (first, catalog.checkpoint(TENANT)) == (CHECKPOINT, newer)


def test_a_checkpoint_changes_nothing_that_is_served(catalog: Catalog):
    publish(catalog, a_version(1))
    before = catalog.published(TENANT), catalog.generation(TENANT), catalog.audit_head(TENANT)

    catalog.put_checkpoint(lease_of(catalog), CHECKPOINT)

    assert (catalog.published(TENANT), catalog.generation(TENANT), catalog.audit_head(TENANT)) == before


def test_every_tenant_has_a_checkpoint_of_its_own(catalog: Catalog):
    catalog.put_checkpoint(lease_of(catalog), CHECKPOINT)

    assert catalog.checkpoint("another") is None


def test_an_overtaken_publisher_cannot_put_a_checkpoint(catalog: Catalog, clock: Clock):
    overtaken = lease_of(catalog)
    clock.pass_by(31)
    lease_of(catalog, "two")

    with pytest.raises(LeaseLostError):
        catalog.put_checkpoint(overtaken, CHECKPOINT)

    assert catalog.checkpoint(TENANT) is None
