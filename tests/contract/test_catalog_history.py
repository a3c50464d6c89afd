"""What `ports.Catalog` promises about accepting a history that was rewritten."""

import pytest

from builders import NAME
from catalog_builders import GRACE, TENANT, a_version, lease_of, publish
from mcpskills.audit import Head, fault
from mcpskills.errors import ConflictError
from mcpskills.ports import Catalog

OLD, NEW, NEWER = "a" * 40, "b" * 40, "c" * 40
WHY = {"reason": "A password was in it.", "by": GRACE}


def frozen(catalog: Catalog) -> None:
    publish(catalog, a_version(1))
    catalog.mark_commit(lease_of(catalog), OLD)
    catalog.freeze(lease_of(catalog), "It was rewritten.")


def known(catalog: Catalog) -> tuple[str | None, str | None, str | None]:
    published = catalog.published(TENANT)
    return published.commit, published.frozen, published.accepted


def test_accepting_forgets_the_published_commit_and_the_freeze_and_serves_on(catalog: Catalog):
    frozen(catalog)

    changed = catalog.accept_history(TENANT, NEW, **WHY)

    assert (changed, known(catalog), catalog.frozen(TENANT)) == (True, (None, None, NEW), None)
    assert (catalog.generation(TENANT), catalog.skill(TENANT, NAME).live) == (1, 1)


def test_who_accepted_what_and_why_is_in_the_trail(catalog: Catalog):
    frozen(catalog)

    catalog.accept_history(TENANT, NEW, **WHY)

    entry = catalog.audit(TENANT, 1)[0]
    assert (entry.action, entry.actor, entry.skill, entry.generation) == ("accept-history", "grace", None, 1)
    assert entry.detail == {
        "commit": NEW,
        "instead_of": OLD,
        "reason": "A password was in it.",
        "frozen": "It was rewritten.",
    }
    assert fault(TENANT, Head(), catalog.audit_after(TENANT, 0, 10)) is None


def test_the_same_head_twice_changes_nothing_more(catalog: Catalog):
    frozen(catalog)
    catalog.accept_history(TENANT, NEW, **WHY)

    assert not catalog.accept_history(TENANT, NEW, **WHY)

    assert [entry.action for entry in catalog.audit(TENANT, 10)].count("accept-history") == 1


def test_nothing_is_accepted_while_publishing_goes_on(catalog: Catalog):
    publish(catalog, a_version(1))
    catalog.mark_commit(lease_of(catalog), OLD)

    with pytest.raises(ConflictError, match="nothing to accept"):
        catalog.accept_history(TENANT, NEW, **WHY)
    with pytest.raises(ConflictError, match="nothing to accept"):
        catalog.accept_history("another", NEW, **WHY)

    assert known(catalog) == (OLD, None, None)


def test_a_second_freeze_wants_a_second_acceptance(catalog: Catalog):
    frozen(catalog)
    catalog.accept_history(TENANT, NEW, **WHY)
    catalog.freeze(lease_of(catalog), "It was rewritten again.")

    again = known(catalog)
    catalog.accept_history(TENANT, NEWER, **WHY)

    assert again == (None, "It was rewritten again.", NEW)
    assert known(catalog) == (None, None, NEWER)
    assert catalog.audit(TENANT, 1)[0].detail["instead_of"] == NEW


def test_a_commit_that_is_dealt_with_ends_the_acceptance(catalog: Catalog):
    frozen(catalog)
    catalog.accept_history(TENANT, NEW, **WHY)

    catalog.mark_commit(lease_of(catalog), NEW)

    assert known(catalog) == (NEW, None, None)
    with pytest.raises(ConflictError):
        catalog.accept_history(TENANT, NEW, **WHY)


def test_each_tenant_accepts_for_itself(catalog: Catalog):
    frozen(catalog)
    other = catalog.acquire_lease("another", "one", 30)
    catalog.freeze(other, "It was rewritten, too.")

    catalog.accept_history("another", NEW, **WHY)

    assert known(catalog) == (OLD, "It was rewritten.", None)
    assert catalog.published("another").accepted == NEW
