"""What `ports.Catalog` promises to the publisher, and to those who read what it published."""

from dataclasses import replace

import pytest

from builders import NAME
from catalog_builders import NOON, TENANT, Clock, a_quarantine, a_version, lease_of, publish
from mcpskills.errors import ConflictError, NotFoundError, PreconditionFailedError
from mcpskills.ports import Catalog, Changes, Publication
from mcpskills.version import Evaluation, Status


def test_an_empty_catalog_knows_nothing(catalog: Catalog):
    published = catalog.published(TENANT)

    assert (published.commit, published.frozen, dict(published.skills), dict(published.quarantined)) == (
        None,
        None,
        {},
        {},
    )
    assert catalog.generation(TENANT) == 0
    assert catalog.changes_since(TENANT, 0) == Changes(0, frozenset())
    assert list(catalog.skills(TENANT)) == []
    assert list(catalog.versions(TENANT, NAME)) == []


def test_a_published_version_is_live_and_reads_back_as_it_was(catalog: Catalog):
    record = publish(catalog, a_version())

    assert (record.live, record.wanted, record.status) == (1, 1, Status.ACTIVE)
    assert catalog.skill(TENANT, NAME) == record
    assert list(catalog.skills(TENANT)) == [record]
    assert catalog.version(TENANT, NAME, 1) == a_version()


def test_a_version_keeps_what_its_evals_came_to(catalog: Catalog):
    evaluated = replace(a_version(), evaluation=Evaluation(3, 2, 1, ("evals/a.yaml:2: `ä`: not found", "another")))

    publish(catalog, evaluated, a_version(2))

    assert catalog.version(TENANT, NAME, 1) == evaluated
    assert [version.evaluation for version in catalog.versions(TENANT, NAME)] == [None, evaluated.evaluation]


def test_versions_are_listed_with_the_newest_first(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2), a_version(3))

    assert [version.number for version in catalog.versions(TENANT, NAME)] == [3, 2, 1]
    assert catalog.skill(TENANT, NAME).live == 3


def test_skills_are_listed_by_name(catalog: Catalog):
    publish(catalog, a_version(name="zebra-crossing"), a_version(name="apple-pie"), a_version(name="pdf-forms"))

    assert [record.name for record in catalog.skills(TENANT)] == ["apple-pie", "pdf-forms", "zebra-crossing"]


def test_what_does_not_exist_is_not_found(catalog: Catalog):
    publish(catalog, a_version())

    with pytest.raises(NotFoundError):
        catalog.skill(TENANT, "unknown-skill")
    with pytest.raises(NotFoundError):
        catalog.version(TENANT, NAME, 2)
    with pytest.raises(NotFoundError):
        catalog.version("another", NAME, 1)


def test_every_change_raises_the_generation_by_one_and_is_told_to_those_behind(catalog: Catalog):
    publish(catalog, a_version(name="apple-pie"))
    publish(catalog, a_version(name="pdf-forms"))
    catalog.tombstone(lease_of(catalog), "apple-pie", "f" * 40)

    assert catalog.generation(TENANT) == 3
    assert catalog.changes_since(TENANT, 0) == Changes(3, frozenset({"apple-pie", "pdf-forms"}))
    assert catalog.changes_since(TENANT, 2) == Changes(3, frozenset({"apple-pie"}))
    assert catalog.changes_since(TENANT, 3) == Changes(3, frozenset())


def test_tenants_do_not_see_each_other(catalog: Catalog):
    publish(catalog, a_version())

    assert catalog.generation("another") == 0
    assert list(catalog.skills("another")) == []
    assert dict(catalog.published("another").skills) == {}


def test_a_number_that_another_package_has_is_refused(catalog: Catalog):
    record = publish(catalog, a_version(1))

    with pytest.raises(ConflictError, match="Version 1"):
        catalog.publish(lease_of(catalog), Publication(a_version(1, body="Another.\n"), record))

    assert catalog.generation(TENANT) == record.generation


def test_a_package_that_is_a_version_already_is_promoted(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))

    record = publish(catalog, a_version(1))

    assert (record.live, record.wanted) == (1, 1)
    assert [version.number for version in catalog.versions(TENANT, NAME)] == [2, 1]
    assert catalog.generation(TENANT) == 3


def test_a_first_version_is_refused_when_the_skill_appeared_meanwhile(catalog: Catalog):
    publish(catalog, a_version(1))

    with pytest.raises(PreconditionFailedError):
        catalog.publish(lease_of(catalog), Publication(a_version(2), None))

    assert [version.number for version in catalog.versions(TENANT, NAME)] == [1]


def test_a_version_is_refused_when_its_record_changed_meanwhile(catalog: Catalog):
    seen = publish(catalog, a_version(1))
    now = publish(catalog, a_version(2))

    with pytest.raises(PreconditionFailedError):
        catalog.publish(lease_of(catalog), Publication(a_version(3), seen))

    assert catalog.skill(TENANT, NAME) == now
    assert catalog.generation(TENANT) == now.generation


def test_a_tombstone_hides_the_skill_and_keeps_its_numbers(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))

    gone = catalog.tombstone(lease_of(catalog), NAME, "f" * 40)

    assert (gone.deleted, gone.live, gone.wanted) == (True, None, None)
    assert list(catalog.skills(TENANT)) == []
    assert catalog.skill(TENANT, NAME) == gone
    assert [version.number for version in catalog.versions(TENANT, NAME)] == [2, 1]


def test_a_second_tombstone_changes_nothing(catalog: Catalog):
    publish(catalog, a_version())
    gone = catalog.tombstone(lease_of(catalog), NAME, "f" * 40)

    assert catalog.tombstone(lease_of(catalog), NAME, "e" * 40) == gone
    assert catalog.generation(TENANT) == gone.generation


def test_a_tombstone_comes_back_to_life(catalog: Catalog):
    publish(catalog, a_version(1))
    catalog.tombstone(lease_of(catalog), NAME, "f" * 40)

    record = publish(catalog, a_version(2))

    assert (record.deleted, record.live) == (False, 2)


def test_keeping_a_place_moves_the_folder_and_changes_nothing_that_is_served(catalog: Catalog):
    before = publish(catalog, a_version())

    catalog.keep_place(lease_of(catalog), NAME, "skills/office/pdf-forms", "d" * 40)

    after = catalog.skill(TENANT, NAME)
    assert (after.path, after.tree) == ("skills/office/pdf-forms", "d" * 40)
    assert (after.live, after.generation) == (before.live, before.generation)
    assert catalog.generation(TENANT) == before.generation


def test_a_quarantine_says_why_and_leaves_what_is_live(catalog: Catalog):
    publish(catalog, a_version())

    catalog.quarantine(lease_of(catalog), a_quarantine())

    record = catalog.skill(TENANT, NAME)
    assert (record.live, record.status, record.load_error) == (1, Status.ACTIVE, "It has no description.")
    assert list(catalog.quarantined(TENANT)) == [a_quarantine()]
    assert dict(catalog.published(TENANT).quarantined) == {a_quarantine().path: a_quarantine()}


def test_a_folder_has_one_quarantine_the_last_one(catalog: Catalog):
    catalog.quarantine(lease_of(catalog), a_quarantine(reason="It has no name."))

    catalog.quarantine(lease_of(catalog), a_quarantine(reason="It has no body."))

    assert [entry.reason for entry in catalog.quarantined(TENANT)] == ["It has no body."]


def test_quarantined_folders_are_listed_by_path(catalog: Catalog):
    for path in ("skills/b/two", "skills/a/one", "skills/c/three"):
        catalog.quarantine(lease_of(catalog), a_quarantine(path))

    assert [entry.path for entry in catalog.quarantined(TENANT)] == ["skills/a/one", "skills/b/two", "skills/c/three"]


def test_the_quarantined_folders_of_one_name_are_found_by_it(catalog: Catalog):
    for path in ("skills/b/pdf-forms", "skills/pdf-forms-2", "skills/a/pdf-forms"):
        catalog.quarantine(lease_of(catalog), a_quarantine(path))

    found = catalog.quarantined(TENANT, "pdf-forms")

    assert [entry.path for entry in found] == ["skills/a/pdf-forms", "skills/b/pdf-forms"]
    assert list(catalog.quarantined(TENANT, "csv-profile")) == []
    assert list(catalog.quarantined("another", "pdf-forms")) == []


def test_publishing_a_folder_ends_its_quarantine_only(catalog: Catalog):
    catalog.quarantine(lease_of(catalog), a_quarantine())
    catalog.quarantine(lease_of(catalog), a_quarantine("skills/other/pdf-forms"))

    publish(catalog, a_version())

    assert [entry.path for entry in catalog.quarantined(TENANT)] == ["skills/other/pdf-forms"]


def test_a_released_folder_is_forgotten(catalog: Catalog):
    catalog.quarantine(lease_of(catalog), a_quarantine())

    catalog.release(lease_of(catalog), a_quarantine().path)
    catalog.release(lease_of(catalog), "skills/never/there")

    assert list(catalog.quarantined(TENANT)) == []


def test_the_commit_and_the_freeze_are_remembered(catalog: Catalog):
    catalog.mark_commit(lease_of(catalog), "a" * 40)
    catalog.freeze(lease_of(catalog), "The history was rewritten.")

    published = catalog.published(TENANT)
    assert (published.commit, published.frozen) == ("a" * 40, "The history was rewritten.")
    assert (catalog.commit(TENANT), catalog.commit("another")) == ("a" * 40, None)

    catalog.freeze(lease_of(catalog), None)

    assert catalog.published(TENANT).frozen is None


def test_a_freeze_is_told_with_its_reason_to_its_tenant_only_until_it_ends(catalog: Catalog):
    before = catalog.frozen(TENANT)
    catalog.freeze(lease_of(catalog), "The history was rewritten.")
    during, elsewhere = catalog.frozen(TENANT), catalog.frozen("another")
    catalog.freeze(lease_of(catalog), None)

    assert (before, during, elsewhere) == (None, "The history was rewritten.", None)
    assert catalog.frozen(TENANT) is None


def test_every_change_leaves_an_audit_entry_with_the_newest_first(catalog: Catalog, clock: Clock):
    publish(catalog, a_version())
    clock.pass_by(1)
    catalog.quarantine(lease_of(catalog), a_quarantine())
    catalog.freeze(lease_of(catalog), "The history was rewritten.")
    catalog.tombstone(lease_of(catalog), NAME, "f" * 40)

    entries = catalog.audit(TENANT, 10)

    assert [entry.action for entry in entries] == ["tombstone", "freeze", "quarantine", "publish"]
    assert {entry.actor for entry in entries} == {"publisher"}
    assert (entries[-1].at, entries[-1].skill, entries[-1].generation, entries[-1].detail["version"]) == (
        NOON,
        NAME,
        1,
        1,
    )
    assert list(catalog.audit(TENANT, 1)) == [entries[0]]
