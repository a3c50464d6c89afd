"""What `ports.Catalog` promises about versions that are yanked or revoked, and about the pointer that follows."""

from dataclasses import replace

import pytest

from builders import NAME
from catalog_builders import GRACE, TENANT, a_hold, a_standing, a_version, lease_of, publish
from mcpskills.audit import Actor
from mcpskills.errors import ConflictError, NotFoundError, PreconditionFailedError
from mcpskills.ports import Catalog
from mcpskills.version import HoldKind, StandingKind, Status

YANKED, REVOKED = a_standing(), a_standing(StandingKind.REVOKED)


@pytest.mark.parametrize("standing", [YANKED, REVOKED], ids=["yanked", "revoked"])
def test_the_newest_good_version_goes_live_instead_of_a_bad_one(catalog: Catalog, standing):
    before = publish(catalog, a_version(1), a_version(2), a_version(3))
    catalog.stand(TENANT, NAME, 2, standing, by=GRACE)

    record = catalog.stand(TENANT, NAME, 3, standing, by=GRACE)

    assert (record.live, record.wanted, record.status) == (1, 3, Status.ACTIVE)
    assert record.generation == before.generation + 2
    assert catalog.changes_since(TENANT, before.generation).skills == {NAME}
    assert dict(catalog.standings(TENANT, NAME)) == {2: standing, 3: standing}
    assert catalog.version(TENANT, NAME, 3) == replace(a_version(3), standing=standing)
    assert [version.standing for version in catalog.versions(TENANT, NAME)] == [standing, standing, None]


def test_a_skill_without_a_good_version_is_inactive_until_one_is_good_again(catalog: Catalog):
    publish(catalog, a_version(1))

    gone = catalog.stand(TENANT, NAME, 1, YANKED, by=GRACE)
    back = catalog.stand(TENANT, NAME, 1, None, by=GRACE)

    assert (gone.live, gone.status) == (None, Status.INACTIVE)
    assert (back.live, back.status) == (1, Status.ACTIVE)
    assert dict(catalog.standings(TENANT, NAME)) == {}


def test_a_new_version_goes_live_whatever_became_of_the_older_ones(catalog: Catalog):
    publish(catalog, a_version(1))
    catalog.stand(TENANT, NAME, 1, REVOKED, by=GRACE)

    assert publish(catalog, a_version(2)).live == 2


def test_content_that_was_revoked_does_not_come_back_by_a_push(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    catalog.stand(TENANT, NAME, 1, REVOKED, by=GRACE)

    record = publish(catalog, a_version(1))

    assert (record.live, record.wanted, record.status) == (None, 1, Status.INACTIVE)


def test_the_same_standing_twice_changes_nothing_more(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    record = catalog.stand(TENANT, NAME, 2, YANKED, by=GRACE)

    assert catalog.stand(TENANT, NAME, 2, replace(YANKED, reason="Again."), by=Actor("ada")) == record
    assert catalog.stand(TENANT, NAME, 1, None, by=Actor("ada")) == record
    assert catalog.generation(TENANT) == record.generation


def test_a_yanked_version_may_be_revoked_but_not_the_other_way_round(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    catalog.stand(TENANT, NAME, 2, YANKED, by=GRACE)
    catalog.stand(TENANT, NAME, 2, REVOKED, by=GRACE)

    with pytest.raises(ConflictError, match="revoked already"):
        catalog.stand(TENANT, NAME, 2, YANKED, by=GRACE)

    assert dict(catalog.standings(TENANT, NAME)) == {2: REVOKED}


def test_under_a_rollback_nothing_newer_than_its_version_goes_live(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2), a_version(3))
    catalog.hold(TENANT, NAME, a_hold(2, instead_of=3), GRACE)

    record = catalog.stand(TENANT, NAME, 2, YANKED, by=GRACE)

    assert (record.live, record.hold) == (1, a_hold(2, instead_of=3))
    assert catalog.lift(TENANT, NAME, GRACE).live == 3


@pytest.mark.parametrize("kind", [HoldKind.ROLLBACK, HoldKind.PROMOTION])
def test_the_pointer_is_not_moved_to_a_version_in_bad_standing(catalog: Catalog, kind):
    publish(catalog, a_version(1), a_version(2))
    before = catalog.stand(TENANT, NAME, 1, YANKED, by=GRACE)

    with pytest.raises(ConflictError, match="yanked"):
        catalog.hold(TENANT, NAME, a_hold(1, kind=kind), GRACE)

    assert catalog.skill(TENANT, NAME) == before


def test_a_promotion_keeps_the_pointer_until_what_git_wants_is_promoted(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    promoted = catalog.hold(TENANT, NAME, a_hold(1, kind=HoldKind.PROMOTION), GRACE)
    published = publish(catalog, a_version(3))

    back = catalog.hold(TENANT, NAME, a_hold(3, kind=HoldKind.PROMOTION), GRACE)

    assert (promoted.live, published.live, published.wanted) == (1, 1, 3)
    assert (back.live, back.hold) == (3, None)


def test_a_version_of_a_deleted_skill_can_be_revoked(catalog: Catalog):
    publish(catalog, a_version(1))
    catalog.tombstone(lease_of(catalog), NAME, "f" * 40)

    record = catalog.stand(TENANT, NAME, 1, REVOKED, by=GRACE)

    assert (record.deleted, record.live) == (True, None)
    assert dict(catalog.standings(TENANT, NAME)) == {1: REVOKED}


def test_what_does_not_exist_cannot_stand(catalog: Catalog):
    publish(catalog, a_version(1))

    with pytest.raises(NotFoundError):
        catalog.stand(TENANT, NAME, 2, YANKED, by=GRACE)
    with pytest.raises(NotFoundError):
        catalog.stand(TENANT, "unknown-skill", 1, YANKED, by=GRACE)
    assert dict(catalog.standings(TENANT, "unknown-skill")) == {}


def test_an_admin_who_looked_at_an_older_generation_changes_nothing(catalog: Catalog):
    publish(catalog, a_version(1))
    record = publish(catalog, a_version(2))
    seen = record.generation - 1

    with pytest.raises(PreconditionFailedError, match="generation"):
        catalog.stand(TENANT, NAME, 2, YANKED, by=GRACE, if_generation=seen)
    with pytest.raises(PreconditionFailedError):
        catalog.hold(TENANT, NAME, a_hold(1), GRACE, if_generation=seen)
    with pytest.raises(PreconditionFailedError):
        catalog.lift(TENANT, NAME, GRACE, if_generation=seen)

    assert catalog.skill(TENANT, NAME) == record
    assert catalog.stand(TENANT, NAME, 2, YANKED, by=GRACE, if_generation=record.generation).live == 1
