"""What `ports.Catalog` promises of a list by status."""

import pytest

from builders import NAME
from catalog_builders import GRACE, TENANT, a_hold, a_quarantine, a_standing, a_version, lease_of, publish
from mcpskills.ports import Catalog
from mcpskills.version import HoldKind, Status


def names(catalog: Catalog) -> dict[Status, list[str]]:
    return {status: [record.name for record in catalog.skills(TENANT, status)] for status in Status}


def stocked(catalog: Catalog) -> None:
    """Two skills that are live, one offline, one whose only version was revoked, and one that was deleted."""
    for name in ("apple-pie", NAME, "offline-one", "yanked-one", "deleted-one"):
        publish(catalog, a_version(1, name=name))
    catalog.hold(TENANT, "offline-one", a_hold(None, kind=HoldKind.OFFLINE, instead_of=1), GRACE)
    catalog.stand(TENANT, "yanked-one", 1, a_standing(), by=GRACE)
    catalog.tombstone(lease_of(catalog), "deleted-one", "c" * 40)


def test_each_skill_is_listed_by_its_status_and_by_no_other(catalog: Catalog):
    stocked(catalog)

    assert names(catalog) == {
        Status.ACTIVE: ["apple-pie", NAME],
        Status.INACTIVE: ["offline-one", "yanked-one"],
        Status.DRAFT: [],
        Status.ERROR: [],
    }


def test_a_list_by_status_follows_what_becomes_of_a_skill(catalog: Catalog):
    stocked(catalog)

    catalog.lift(TENANT, "offline-one", GRACE)
    catalog.hold(TENANT, NAME, a_hold(None, kind=HoldKind.OFFLINE, instead_of=1), GRACE)

    assert names(catalog)[Status.ACTIVE] == ["apple-pie", "offline-one"]
    assert names(catalog)[Status.INACTIVE] == [NAME, "yanked-one"]


def test_trouble_makes_an_error_of_what_is_not_live_and_of_nothing_else(catalog: Catalog):
    stocked(catalog)
    lease = lease_of(catalog)

    for name in ("apple-pie", "offline-one", "yanked-one"):
        catalog.quarantine(lease, a_quarantine(f"skills/{name}"))
    in_trouble = names(catalog)
    [error] = catalog.skills(TENANT, Status.ERROR)
    catalog.stand(TENANT, "yanked-one", 1, None, by=GRACE)
    catalog.stand(TENANT, "yanked-one", 1, a_standing(), by=GRACE)
    catalog.release(lease, "skills/yanked-one")

    assert in_trouble == {
        Status.ACTIVE: ["apple-pie", NAME],
        Status.INACTIVE: ["offline-one"],
        Status.DRAFT: [],
        Status.ERROR: ["yanked-one"],
    }
    assert error.load_error == "It has no description."
    assert names(catalog)[Status.INACTIVE] == ["offline-one", "yanked-one"]


@pytest.mark.parametrize("status", Status)
def test_no_tenant_lists_the_skills_of_another(catalog: Catalog, status: Status):
    stocked(catalog)

    assert list(catalog.skills("another", status)) == []
    assert list(catalog.skills(f"{TENANT}#{status}", status)) == []
