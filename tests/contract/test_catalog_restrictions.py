"""What `ports.Catalog` promises about who sees a skill: it stays so whatever becomes of the skill."""

from dataclasses import replace

import pytest

from builders import NAME
from catalog_builders import NOON, TENANT, Clock, a_hold, a_quarantine, a_standing, a_version, lease_of, publish
from mcpskills.audit import Head, fault
from mcpskills.errors import NotFoundError, PreconditionFailedError
from mcpskills.ports import Catalog, Publication
from mcpskills.restricting import Restriction

FINANCE = Restriction(frozenset({"finance", "legal"}), "It knows salaries.", "ada")
EVERYBODY = Restriction(frozenset(), "It is known by now.", "ada")


def test_a_restriction_stands_in_the_record_and_is_followed(catalog: Catalog):
    before = publish(catalog, a_version(1))

    record = catalog.restrict(TENANT, NAME, FINANCE)

    assert record.groups == FINANCE.groups
    assert replace(record, groups=frozenset(), generation=before.generation, updated_at=before.updated_at) == before
    assert catalog.skill(TENANT, NAME) == record == catalog.skills(TENANT)[0]
    assert catalog.generation(TENANT) == record.generation == before.generation + 1
    assert catalog.changes_since(TENANT, before.generation).skills == {NAME}


def test_the_trail_says_who_sees_a_skill_and_who_did_before(catalog: Catalog):
    publish(catalog, a_version(1))
    catalog.restrict(TENANT, NAME, FINANCE)
    catalog.restrict(TENANT, NAME, EVERYBODY)

    last, first = catalog.audit(TENANT, 2)

    assert (first.actor, first.action, first.skill) == ("ada", "restrict", NAME)
    assert first.detail == {"groups": "finance, legal", "was_groups": None, "reason": "It knows salaries."}
    assert last.detail == {"groups": None, "was_groups": "finance, legal", "reason": "It is known by now."}
    assert fault(TENANT, Head(), catalog.audit_after(TENANT, 0, 10)) is None


def test_the_same_groups_twice_change_nothing_more(catalog: Catalog):
    publish(catalog, a_version(1))
    record = catalog.restrict(TENANT, NAME, FINANCE)

    assert catalog.restrict(TENANT, NAME, replace(FINANCE, reason="Once more.")) == record
    assert catalog.generation(TENANT) == record.generation


def test_everybody_sees_a_skill_again(catalog: Catalog):
    publish(catalog, a_version(1))
    catalog.restrict(TENANT, NAME, FINANCE)

    assert catalog.restrict(TENANT, NAME, EVERYBODY).groups == frozenset()
    assert catalog.skill(TENANT, NAME).groups == frozenset()


def test_a_restriction_stays_through_versions_holds_standings_and_a_new_place(catalog: Catalog):
    publish(catalog, a_version(1))
    catalog.restrict(TENANT, NAME, FINANCE)

    seen = [
        publish(catalog, a_version(2)),
        catalog.hold(TENANT, NAME, a_hold(1)),
        catalog.lift(TENANT, NAME, "ada"),
        catalog.stand(TENANT, NAME, 2, a_standing(), actor="ada"),
    ]
    catalog.keep_place(lease_of(catalog), NAME, "skills/elsewhere/pdf-forms", "t" * 40)

    assert [record.groups for record in (*seen, catalog.skill(TENANT, NAME))] == [FINANCE.groups] * 5


def test_a_restriction_stays_when_the_skill_is_deleted_and_comes_back(catalog: Catalog):
    publish(catalog, a_version(1))
    catalog.restrict(TENANT, NAME, FINANCE)

    gone = catalog.tombstone(lease_of(catalog), NAME, "f" * 40)
    back = publish(catalog, a_version(2))

    assert gone.groups == back.groups == FINANCE.groups
    assert (gone.deleted, back.deleted, back.live) == (True, False, 2)


def test_a_deleted_skill_may_be_restricted(catalog: Catalog):
    publish(catalog, a_version(1))
    catalog.tombstone(lease_of(catalog), NAME, "f" * 40)

    record = catalog.restrict(TENANT, NAME, FINANCE)

    assert (record.groups, record.deleted, record.reserved) == (FINANCE.groups, True, False)


def test_a_name_is_restricted_before_a_skill_has_it(catalog: Catalog):
    record = catalog.restrict(TENANT, NAME, FINANCE)

    assert (record.groups, record.deleted, record.reserved, record.generation) == (FINANCE.groups, True, True, 1)
    assert catalog.skill(TENANT, NAME) == record
    assert list(catalog.skills(TENANT)) == list(catalog.versions(TENANT, NAME)) == []
    assert catalog.changes_since(TENANT, 0).skills == {NAME}

    first = publish(catalog, a_version(1))

    assert (first.groups, first.live, first.reserved) == (FINANCE.groups, 1, False)


def test_the_publisher_that_did_not_see_a_restriction_of_a_new_name_looks_again(catalog: Catalog):
    lease, unseen = lease_of(catalog), catalog.published(TENANT).skills.get(NAME)
    catalog.restrict(TENANT, NAME, FINANCE)

    with pytest.raises(PreconditionFailedError):
        catalog.publish(lease, Publication(a_version(1), unseen))


def test_that_everybody_sees_an_unknown_name_is_so_already(catalog: Catalog):
    assert catalog.restrict(TENANT, NAME, EVERYBODY).groups == frozenset()
    assert catalog.generation(TENANT) == 0
    with pytest.raises(NotFoundError):
        catalog.skill(TENANT, NAME)


def test_a_restriction_is_bound_to_the_generation_that_was_looked_at(catalog: Catalog):
    record = publish(catalog, a_version(1))

    with pytest.raises(PreconditionFailedError):
        catalog.restrict(TENANT, NAME, FINANCE, if_generation=record.generation - 1)

    assert catalog.skill(TENANT, NAME) == record
    assert catalog.restrict(TENANT, NAME, FINANCE, if_generation=record.generation).groups == FINANCE.groups


def test_one_tenants_restriction_is_not_anothers(catalog: Catalog):
    publish(catalog, a_version(1))

    catalog.restrict("another", NAME, FINANCE)

    assert catalog.skill(TENANT, NAME).groups == frozenset()


def test_a_restricted_skill_in_trouble_says_why(catalog: Catalog, clock: Clock):
    publish(catalog, a_version(1))
    catalog.quarantine(lease_of(catalog), a_quarantine())
    clock.pass_by(1)

    record = catalog.restrict(TENANT, NAME, FINANCE)

    assert record.load_error == "It has no description."
    assert record.updated_at > NOON
