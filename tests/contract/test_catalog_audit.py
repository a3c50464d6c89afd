"""What `ports.Catalog` promises about the audit trail: complete, in order, and chained."""

from dataclasses import replace

from builders import NAME
from catalog_builders import GRACE, TENANT, a_hold, a_quarantine, a_standing, a_version, lease_of, publish
from mcpskills.audit import Actor, AuditEntry, Head, fault
from mcpskills.ports import Catalog
from mcpskills.version import HoldUntil

ADA = Actor("ada", source="192.0.2.7", request="req-1")
WHENCE = {"source": "192.0.2.7", "request": "req-1"}
OF_PUBLISHER = {"source": "one"}
"""The holder of the lease."""


def busy(catalog: Catalog) -> None:
    publish(catalog, a_version(1), a_version(2))
    catalog.hold(TENANT, NAME, a_hold(1), GRACE)
    catalog.lift(TENANT, NAME, Actor("ada"))
    catalog.stand(TENANT, NAME, 2, a_standing(), by=GRACE)
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


def test_releases_are_the_entries_that_raised_a_generation(catalog: Catalog):
    busy(catalog)

    last = catalog.generation(TENANT)
    every, middle = catalog.releases(TENANT, 0, last + 5), catalog.releases(TENANT, 3, 4)

    assert [(entry.generation, entry.action) for entry in every] == [
        (6, "tombstone"), (5, "yanked"), (4, "lift"), (3, "rollback"), (2, "publish"), (1, "publish"),
    ]  # fmt: skip
    assert [*middle] == [*every[2:4]]
    assert [*every] == [entry for entry in catalog.audit(TENANT, 100) if entry in every]
    assert [*catalog.releases(TENANT, 4, 3)] == [*catalog.releases("another", 1, 9)] == []


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


def newest(catalog: Catalog) -> AuditEntry:
    return catalog.audit(TENANT, 1)[0]


def test_what_an_admin_moves_is_told_with_who_from_where_and_what_was_before(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))

    catalog.hold(TENANT, NAME, a_hold(1), ADA)
    held = newest(catalog)
    catalog.stand(TENANT, NAME, 2, a_standing(), by=ADA)
    stood = newest(catalog)
    catalog.lift(TENANT, NAME, ADA)
    lifted = newest(catalog)

    assert {entry.actor for entry in (held, stood, lifted)} == {"ada"}
    assert held.detail == WHENCE | {
        "version": 1,
        "instead_of": 2,
        "reason": "It answers wrongly.",
        "live": 1,
        "was_live": 2,
        "hold": "rollback at 1",
        "was_hold": None,
    }
    assert stood.detail == WHENCE | {
        "version": 2,
        "reason": "It drops rows.",
        "standing": "yanked",
        "was_standing": None,
        "live": 1,
        "was_live": 1,
    }
    assert lifted.detail == WHENCE | {"live": 1, "was_live": 1, "hold": None, "was_hold": "rollback at 1"}


def test_the_hold_in_an_entry_keeps_no_more_than_the_name(catalog: Catalog):
    publish(catalog, a_version(1), a_version(2))

    record = catalog.hold(TENANT, NAME, a_hold(1), ADA)

    assert record.hold is not None
    assert record.hold.actor == "grace"


def test_what_the_publisher_does_is_told_with_its_lease_and_what_was_before(catalog: Catalog):
    first, second = a_version(1), a_version(2)
    publish(catalog, first)
    begun = newest(catalog)
    catalog.hold(TENANT, NAME, a_hold(1, until=HoldUntil.SUPERSEDED, instead_of=1), GRACE)
    publish(catalog, second)
    followed = newest(catalog)
    catalog.tombstone(lease_of(catalog), NAME, "d" * 40)
    gone = newest(catalog)

    of_first = {"version": 1, "digest": first.digest, "commit": first.origin.commit}
    assert begun.detail == OF_PUBLISHER | of_first | {"was_wanted": None, "live": 1, "was_live": None}
    assert followed.detail == OF_PUBLISHER | {
        "version": 2,
        "digest": second.digest,
        "commit": second.origin.commit,
        "was_wanted": 1,
        "live": 2,
        "was_live": 1,
        "hold": None,
        "was_hold": "rollback at 1, until superseded",
    }
    assert gone.detail == OF_PUBLISHER | {"commit": "d" * 40, "was_wanted": 2, "live": None, "was_live": 2}


def test_trouble_that_comes_changes_and_goes_is_told(catalog: Catalog):
    lease = lease_of(catalog)

    catalog.quarantine(lease, a_quarantine(reason="It has no name."))
    catalog.quarantine(lease, a_quarantine(reason="It has no description."))
    changed = newest(catalog)
    catalog.release(lease, f"skills/{NAME}")
    catalog.release(lease, f"skills/{NAME}")
    released = catalog.audit(TENANT, 9)

    assert (changed.detail["reason"], changed.detail["was_reason"]) == ("It has no description.", "It has no name.")
    assert [entry.action for entry in released] == ["release", "quarantine", "quarantine"]
    assert released[0].detail == OF_PUBLISHER | {"path": f"skills/{NAME}", "was_reason": "It has no description."}


def test_that_publishing_is_frozen_and_goes_on_is_told(catalog: Catalog):
    lease = lease_of(catalog)

    catalog.freeze(lease, "Rewritten.")
    catalog.freeze(lease, "Rewritten again.")
    catalog.freeze(lease, None)

    thawed, again, frozen = catalog.audit(TENANT, 9)
    assert frozen.detail == OF_PUBLISHER | {"reason": "Rewritten.", "was_reason": None}
    assert again.detail == OF_PUBLISHER | {"reason": "Rewritten again.", "was_reason": "Rewritten."}
    assert (thawed.action, thawed.detail["was_reason"]) == ("thaw", "Rewritten again.")
