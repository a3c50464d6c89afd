"""What `ports.Principals` promises about the trail, about writers at once, and about tenants."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from builders import NAME
from catalog_builders import GRACE, NOON, TENANT, Clock, a_hold, a_version, publish
from mcpskills.audit import Head, fault
from mcpskills.errors import ConflictError, NotFoundError, PreconditionFailedError
from mcpskills.ports import Catalog, Principals
from principal_builders import ADA, ISSUER, a_key, a_user

WRITERS = 4


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2 * WRITERS) as pool:
        yield pool


def test_every_change_is_an_entry_of_the_catalogs_chain(principals: Principals, catalog_beside: Catalog):
    publish(catalog_beside, a_version(1))
    key = principals.add_key(a_key(), ADA)
    user = principals.put_user(a_user(), ADA)
    principals.change_key(replace(key, roles=frozenset({"admin", "viewer"}), plan=None), ADA)
    principals.rotate_key(a_key("k2", replaces="k1"), NOON + timedelta(days=1), ADA)
    principals.revoke_key(TENANT, "k2", "Leaked.", ADA)
    principals.put_user(replace(user, disabled=True), ADA)
    principals.remove_user(TENANT, ISSUER, "u1", ADA)
    catalog_beside.hold(TENANT, NAME, a_hold(1), GRACE)

    entries = catalog_beside.audit_after(TENANT, 0, 100)

    assert [entry.action for entry in entries] == [
        "publish", "key-add", "user-add", "key-change", "key-rotate", "key-revoke", "user-change", "user-remove", "rollback",
    ]  # fmt: skip
    assert fault(TENANT, Head(), entries) is None
    assert catalog_beside.audit_head(TENANT) == Head(9, entries[-1].hash)
    assert [entry.generation for entry in entries] == [*[1] * 8, 2]


def test_an_entry_says_who_from_where_and_what_was_before(principals: Principals, catalog_beside: Catalog):
    key = principals.add_key(a_key(), ADA)
    principals.change_key(replace(key, roles=frozenset({"viewer", "admin"}), plan=None), ADA)
    principals.revoke_key(TENANT, "k1", "Leaked.", ADA)

    revoked, changed, added = catalog_beside.audit(TENANT, 3)

    whence = {"source": "192.0.2.7", "request": "req-1"}
    assert {entry.actor for entry in (revoked, changed, added)} == {"ada"}
    assert added.detail == whence | {
        "key": "k1",
        "name": "Key k1",
        "roles": "developer",
        "scopes": "skills:read, skills:run",
        "groups": "office",
        "plan": "pro",
    }
    assert changed.detail == whence | {
        "key": "k1",
        "name": "Key k1",
        "roles": "admin, viewer",
        "was_roles": "developer",
        "plan": None,
        "was_plan": "pro",
    }
    assert revoked.detail == whence | {"key": "k1", "name": "Key k1", "reason": "Leaked."}


def test_what_changes_nothing_is_no_entry_unless_it_is_noted(principals: Principals, catalog_beside: Catalog):
    key = principals.add_key(a_key(), ADA)

    principals.change_key(key, ADA)
    principals.used(key)
    with pytest.raises(ConflictError):
        principals.add_key(a_key(), ADA)
    principals.note(TENANT, "denied", ADA, {"route": "DELETE /admin/keys/k1", "scope": "users:write"})

    entries = catalog_beside.audit_after(TENANT, 0, 100)
    assert [entry.action for entry in entries] == ["key-add", "denied"]
    assert entries[1].detail == {
        "route": "DELETE /admin/keys/k1",
        "scope": "users:write",
        "source": "192.0.2.7",
        "request": "req-1",
    }
    assert fault(TENANT, Head(), entries) is None


def test_no_digest_reaches_the_trail(principals: Principals, catalog_beside: Catalog):
    key = principals.add_key(a_key(), ADA)
    principals.rotate_key(a_key("k2", replaces="k1"), NOON + timedelta(days=1), ADA)

    assert key.digest not in str(catalog_beside.audit(TENANT, 10))


def test_writers_at_once_leave_one_chain_that_is_whole(
    principals: Principals, catalog_beside: Catalog, threads: ThreadPoolExecutor
):
    publish(catalog_beside, a_version(1))

    def grant(n: int) -> None:
        key = principals.add_key(a_key(f"k{n}"), ADA)
        principals.used(key)
        principals.put_user(a_user(f"u{n}"), ADA)
        principals.revoke_key(TENANT, f"k{n}", "Leaked.", ADA)

    def point(_: int) -> None:
        catalog_beside.hold(TENANT, NAME, a_hold(1), GRACE)
        catalog_beside.lift(TENANT, NAME, GRACE)

    work = [threads.submit(task, n) for n in range(WRITERS) for task in (grant, point)]
    for each in work:
        each.result()

    trail = catalog_beside.audit_after(TENANT, 0, 100)
    of_principals = [entry for entry in trail if entry.action.startswith(("key-", "user-"))]
    assert fault(TENANT, Head(), trail) is None
    assert len(of_principals) == principals.revision(TENANT) == 3 * WRITERS
    assert all(key.revoked_at and key.last_used_at for key in principals.keys(TENANT))
    assert len(principals.users(TENANT)) == WRITERS


def test_of_many_first_keys_one_is_kept(principals: Principals, threads: ThreadPoolExecutor):
    start = Barrier(WRITERS)

    def add(n: int) -> None:
        start.wait()
        principals.add_key(a_key(f"k{n}"), ADA, if_revision=0)

    tries = [threads.submit(add, n) for n in range(WRITERS)]

    refused = [each.exception() for each in tries if each.exception()]
    assert [type(error) for error in refused] == [PreconditionFailedError] * (WRITERS - 1)
    assert len(principals.keys(TENANT)) == 1


@pytest.mark.parametrize("other", ["another", f"{TENANT}#x", f"{TENANT}%23x", TENANT.upper(), "key#k1"])
def test_no_tenant_sees_anything_of_another(principals: Principals, catalog_beside: Catalog, other: str, clock: Clock):
    mine, user = principals.add_key(a_key(), ADA), principals.put_user(a_user(), ADA)
    theirs = principals.add_key(a_key(tenant=other, roles=frozenset({"owner"})), ADA)

    principals.revoke_key(other, "k1", "Leaked.", ADA)
    principals.used(theirs)
    with pytest.raises(NotFoundError):
        principals.remove_user(other, ISSUER, "u1", ADA)

    assert (list(principals.keys(TENANT)), list(principals.users(TENANT))) == ([mine], [user])
    assert [key.tenant for key in principals.keys(other)] == [other]
    assert list(principals.users(other)) == []
    assert (principals.revision(TENANT), principals.revision(other), principals.revision("third")) == (2, 2, 0)
    assert [entry.action for entry in catalog_beside.audit_after(other, 0, 10)] == ["key-add", "key-revoke"]
    assert fault(other, Head(), catalog_beside.audit_after(other, 0, 10)) is None
    assert list(catalog_beside.audit_after("third", 0, 10)) == []
