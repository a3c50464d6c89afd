"""The names that a proposal is judged beside: those of the catalog, which is read once and not for every proposal."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from catalog_builders import GRACE, TENANT, a_hold, a_version, lease_of, publish
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.version import HoldKind, SkillRecord
from mcpskills_server.admin.known_names import KnownNames


class CountedCatalog(SqliteCatalog):
    """Knows how often somebody read all of its records."""

    wholes = 0

    def skills(self, tenant: str) -> Sequence[SkillRecord]:
        self.wholes += 1
        return super().skills(tenant)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[CountedCatalog]:
    with closing(CountedCatalog(tmp_path / "catalog.sqlite")) as opened:
        yield opened


def test_an_empty_registry_has_none(catalog):
    assert KnownNames(catalog, TENANT).all() == frozenset()


def test_what_comes_and_goes_is_known_without_reading_everything_again(catalog):
    publish(catalog, a_version(name="pdf-forms"), a_version(name="csv-profile"))
    names = KnownNames(catalog, TENANT)
    first = names.all()

    publish(catalog, a_version(name="git-notes"))
    catalog.tombstone(lease_of(catalog), "csv-profile", "2" * 40)
    second = names.all()
    publish(catalog, a_version(2, name="csv-profile"))

    assert (first, second) == ({"pdf-forms", "csv-profile"}, {"pdf-forms", "git-notes"})
    assert names.all() == {"pdf-forms", "git-notes", "csv-profile"}
    assert catalog.wholes == 1


def test_a_skill_that_is_offline_is_known(catalog):
    publish(catalog, a_version(name="pdf-forms"))
    catalog.hold(TENANT, "pdf-forms", a_hold(None, kind=HoldKind.OFFLINE), GRACE)

    assert KnownNames(catalog, TENANT).all() == {"pdf-forms"}


def test_many_changes_are_read_with_everything_else(catalog):
    names = KnownNames(catalog, TENANT)
    names.all()
    publish(catalog, *(a_version(name=f"skill-{number}") for number in range(201)))

    assert len(names.all()) == 201
    assert catalog.wholes == 2


def test_a_catalog_that_was_restored_from_an_earlier_time_is_read_anew(catalog, tmp_path):
    publish(catalog, a_version(name="pdf-forms"), a_version(name="csv-profile"))
    names = KnownNames(catalog, TENANT)
    names.all()
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite", isolation_level=None)) as database:
        database.execute("DELETE FROM skills WHERE name = 'csv-profile'")
        database.execute("UPDATE tenants SET generation = 1")

    assert names.all() == {"pdf-forms"}


def test_only_a_name_that_several_folders_claim_has_its_folder_looked_up(catalog):
    publish(catalog, a_version(name="pdf-forms"), a_version(name="csv-profile"))
    names = KnownNames(catalog, TENANT)
    moved = "skills/office/pdf-forms"
    catalog.keep_place(lease_of(catalog), "pdf-forms", moved, "b" * 40)

    live = names.live(["skills/pdf-forms"], ["skills/pdf-forms", moved, "skills/csv-profile"])

    assert live == {"pdf-forms": moved, "csv-profile": ""}
