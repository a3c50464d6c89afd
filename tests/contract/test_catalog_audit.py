"""What `ports.Catalog` promises about the audit trail: complete, in order, and chained."""

from dataclasses import replace

from builders import NAME
from catalog_builders import TENANT, a_hold, a_quarantine, a_standing, a_version, lease_of, publish
from mcpskills.audit import Head, fault
from mcpskills.ports import Catalog


def busy(catalog: Catalog) -> None:
    publish(catalog, a_version(1), a_version(2))
    catalog.hold(TENANT, NAME, a_hold(1))
    catalog.lift(TENANT, NAME, "ada")
    catalog.stand(TENANT, NAME, 2, a_standing(), actor="grace")
    catalog.quarantine(lease_of(catalog), a_quarantine("skills/bad"))
    catalog.freeze(lease_of(catalog), "Because.")
    catalog.tombstone(lease_of(catalog), NAME, "f" * 40)


def test_every_change_is_an_entry_of_an_unbroken_chain(catalog: Catalog):
    busy(catalog)

    entries = catalog.audit_after(TENANT, 0, 100)

    assert [entry.action for entry in entries] == [
        "publish", "publish", "rollback", "lift", "yanked", "quarantine", "freeze", "tombstone",
    ]  # fmt: skip
    assert [entry.sequence for entry in entries] == list(range(1, 9))
    assert fault(TENANT, Head(), entries) is None
    assert catalog.audit_head(TENANT) == Head(8, entries[-1].hash)


def test_the_trail_is_read_on_from_where_a_reader_stopped(catalog: Catalog):
    busy(catalog)

    first = catalog.audit_after(TENANT, 0, 3)
    rest = catalog.audit_after(TENANT, first[-1].sequence, 100)

    assert [entry.sequence for entry in (*first, *rest)] == list(range(1, 9))
    assert fault(TENANT, Head(3, first[-1].hash), rest) is None
    assert list(catalog.audit(TENANT, 2)) == [rest[-1], rest[-2]]


def test_each_tenant_has_a_trail_of_its_own(catalog: Catalog):
    busy(catalog)

    assert catalog.audit_head("another") == Head()
    assert list(catalog.audit_after("another", 0, 10)) == []
    assert fault("another", Head(), catalog.audit_after(TENANT, 0, 1)) is not None


def test_what_was_changed_left_out_or_put_in_shows(catalog: Catalog):
    busy(catalog)
    entries = list(catalog.audit_after(TENANT, 0, 100))

    changed = [*entries[:2], replace(entries[2], actor="nobody"), *entries[3:]]
    missing = [*entries[:2], *entries[3:]]
    doubled = [*entries[:3], entries[2], *entries[3:]]

    assert fault(TENANT, Head(), changed) == (
        f"Entry 3 was changed: its hash is {entries[2].hash[:12]}…, its content has "
        f"{fault(TENANT, Head(), changed).rpartition('has ')[2]}"
    )
    assert fault(TENANT, Head(), missing) == "Entry 3 is missing: after 2 comes 4."
    assert fault(TENANT, Head(), doubled) == "Entry 4 is missing: after 3 comes 3."
