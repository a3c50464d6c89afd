"""What `ports.Catalog` promises about holds: the pointer stays where an admin put it, whatever Git says."""

from datetime import timedelta

import pytest

from builders import NAME
from catalog_builders import GRACE, NOON, TENANT, Clock, a_hold, a_version, lease_of, publish
from mcpskills.audit import Actor
from mcpskills.errors import ConflictError, NotFoundError, PreconditionFailedError
from mcpskills.ports import Catalog, Publication
from mcpskills.version import HoldKind, HoldUntil, Status


def test_a_rollback_moves_the_pointer_and_keeps_what_git_wants(catalog: Catalog):
    before = publish(catalog, a_version(1), a_version(2))

    record = catalog.hold(TENANT, NAME, a_hold(1), GRACE)

    assert (record.live, record.wanted, record.hold, record.status) == (1, 2, a_hold(1), Status.ACTIVE)
    assert catalog.skill(TENANT, NAME) == record
    assert catalog.generation(TENANT) == record.generation == before.generation + 1
    assert catalog.changes_since(TENANT, before.generation).skills == {NAME}


def test_taking_a_skill_offline_leaves_it_listed_as_inactive(catalog: Catalog):
    publish(catalog, a_version(1))

    record = catalog.hold(TENANT, NAME, a_hold(None, kind=HoldKind.OFFLINE, instead_of=1), GRACE)

    assert (record.live, record.wanted, record.status) == (None, 1, Status.INACTIVE)
    assert list(catalog.skills(TENANT)) == [record]


def test_the_same_hold_twice_changes_nothing_more(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    record = catalog.hold(TENANT, NAME, a_hold(1), GRACE)

    assert catalog.hold(TENANT, NAME, a_hold(1), GRACE) == record
    assert catalog.generation(TENANT) == record.generation


def test_another_hold_takes_the_place_of_the_first(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2), a_version(3))
    catalog.hold(TENANT, NAME, a_hold(2, instead_of=3), GRACE)

    record = catalog.hold(TENANT, NAME, a_hold(1, instead_of=3), GRACE)

    assert (record.live, record.hold) == (1, a_hold(1, instead_of=3))


def test_a_hold_that_took_the_place_of_an_expired_one_is_not_lifted_in_its_stead(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    catalog.hold(TENANT, NAME, a_hold(1, until=HoldUntil.SUPERSEDED), GRACE)
    present = catalog.hold(TENANT, NAME, a_hold(1), GRACE)

    assert catalog.lift(TENANT, NAME, Actor("publisher"), only=a_hold(1, until=HoldUntil.SUPERSEDED)) == present
    assert catalog.lift(TENANT, NAME, Actor("publisher"), only=a_hold(1)).hold is None


def test_the_same_version_on_other_terms_is_another_hold(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    catalog.hold(TENANT, NAME, a_hold(1), GRACE)

    record = catalog.hold(TENANT, NAME, a_hold(1, until=HoldUntil.SUPERSEDED), GRACE)

    assert record.hold.until is HoldUntil.SUPERSEDED


def test_an_offline_skill_comes_back_to_the_rollback_that_it_was_under(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    catalog.hold(TENANT, NAME, a_hold(1), GRACE)
    offline = catalog.hold(TENANT, NAME, a_hold(None, kind=HoldKind.OFFLINE, instead_of=1), GRACE)

    back = catalog.lift(TENANT, NAME, Actor("ada"))
    ended = catalog.lift(TENANT, NAME, Actor("ada"))

    assert (offline.live, offline.hold.beneath) == (None, a_hold(1))
    assert (back.live, back.hold) == (1, a_hold(1))
    assert (ended.live, ended.hold) == (2, None)


@pytest.mark.parametrize("kind", [HoldKind.ROLLBACK, HoldKind.PROMOTION])
@pytest.mark.parametrize("version", [1, 2], ids=["another version", "what Git wants"])
def test_no_other_hold_ends_that_a_skill_is_offline(catalog: Catalog, kind, version):
    publish(catalog, a_version(1), a_version(2))
    offline = catalog.hold(TENANT, NAME, a_hold(None, kind=HoldKind.OFFLINE), GRACE)

    with pytest.raises(ConflictError, match=r"is offline \(It answers wrongly\.\): bring it online first"):
        catalog.hold(TENANT, NAME, a_hold(version, kind=kind), GRACE)

    assert catalog.skill(TENANT, NAME) == offline


def test_a_covered_rollback_that_waits_to_be_superseded_ends_while_the_skill_is_offline(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    catalog.hold(TENANT, NAME, a_hold(1, until=HoldUntil.SUPERSEDED, instead_of=2), GRACE)
    catalog.hold(TENANT, NAME, a_hold(None, kind=HoldKind.OFFLINE, instead_of=1), GRACE)

    offline = publish(catalog, a_version(3))

    assert (offline.live, offline.hold.beneath) == (None, None)
    assert catalog.lift(TENANT, NAME, Actor("ada")).live == 3


def test_a_hold_on_what_does_not_exist_is_refused(catalog: Catalog):
    publish(catalog, a_version(1))

    with pytest.raises(NotFoundError):
        catalog.hold(TENANT, NAME, a_hold(9), GRACE)
    with pytest.raises(NotFoundError):
        catalog.hold(TENANT, "unknown-skill", a_hold(1), GRACE)
    catalog.tombstone(lease_of(catalog), NAME, "f" * 40)
    with pytest.raises(NotFoundError):
        catalog.hold(TENANT, NAME, a_hold(1), GRACE)


def test_new_content_under_a_hold_becomes_a_version_that_waits(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    catalog.hold(TENANT, NAME, a_hold(1), GRACE)

    record = publish(catalog, a_version(3))

    assert (record.live, record.wanted, record.hold) == (1, 3, a_hold(1))


def test_a_hold_that_waits_to_be_superseded_ends_with_newer_content(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    catalog.hold(TENANT, NAME, a_hold(1, until=HoldUntil.SUPERSEDED, instead_of=2), GRACE)

    record = publish(catalog, a_version(3))

    assert (record.live, record.wanted, record.hold) == (3, 3, None)


def test_a_hold_that_waits_to_be_superseded_stays_when_the_bad_version_comes_again(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    hold = a_hold(1, until=HoldUntil.SUPERSEDED, instead_of=2)
    catalog.hold(TENANT, NAME, hold, GRACE)

    record = publish(catalog, a_version(2))

    assert (record.live, record.wanted, record.hold) == (1, 2, hold)


@pytest.mark.parametrize("until", HoldUntil)
def test_content_that_git_takes_back_does_not_end_the_hold(catalog: Catalog, until: HoldUntil):
    publish(catalog, a_version(1), a_version(2))
    hold = a_hold(1, until=until, instead_of=2)
    catalog.hold(TENANT, NAME, hold, GRACE)

    record = publish(catalog, a_version(1))

    assert (record.live, record.wanted, record.hold) == (1, 1, hold)


def test_lifting_a_hold_makes_live_what_git_wants(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    held = catalog.hold(TENANT, NAME, a_hold(1), GRACE)

    record = catalog.lift(TENANT, NAME, GRACE)

    assert (record.live, record.wanted, record.hold) == (2, 2, None)
    assert catalog.generation(TENANT) == record.generation == held.generation + 1


def test_lifting_without_a_hold_changes_nothing(catalog: Catalog):
    before = publish(catalog, a_version(1))

    assert catalog.lift(TENANT, NAME, GRACE) == before
    assert catalog.generation(TENANT) == before.generation


def test_a_hold_that_ran_out_does_not_stop_the_next_version(catalog: Catalog, clock: Clock):
    publish(catalog, a_version(1), a_version(2))
    catalog.hold(TENANT, NAME, a_hold(1, expires_at=NOON + timedelta(hours=1)), GRACE)
    clock.pass_by(3601)

    record = publish(catalog, a_version(3))

    assert (record.live, record.hold) == (3, None)


def test_a_hold_between_look_and_publication_is_not_overlooked(catalog: Catalog):
    seen = publish(catalog, a_version(1), a_version(2))
    held = catalog.hold(TENANT, NAME, a_hold(1), GRACE)

    with pytest.raises(PreconditionFailedError):
        catalog.publish(lease_of(catalog), Publication(a_version(3), seen))

    assert catalog.skill(TENANT, NAME) == held


def test_holds_are_audited_with_who_and_why(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))
    catalog.hold(TENANT, NAME, a_hold(1), GRACE)
    catalog.lift(TENANT, NAME, Actor("linus"))

    lifted, held, *_ = catalog.audit(TENANT, 10)

    assert (held.actor, held.action, held.skill, held.detail["version"]) == ("grace", "rollback", NAME, 1)
    assert held.detail["reason"] == "It answers wrongly."
    assert (lifted.actor, lifted.action) == ("linus", "lift")
