"""What `ports.Principals` promises about API keys and users."""

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog_builders import NOON, TENANT, Clock
from mcpskills.audit import Actor
from mcpskills.errors import ConflictError, NotFoundError, PreconditionFailedError
from mcpskills.ports import USE_SECONDS, Principals
from principal_builders import ADA, ISSUER, a_key, a_user


def test_a_key_is_kept_as_it_was_given(principals: Principals):
    key = a_key(expires_at=NOON + timedelta(days=90, microseconds=7), replaces="k0")

    added = principals.add_key(key, ADA)

    assert added == principals.key(TENANT, "k1") == replace(key, revision=1)
    assert list(principals.keys(TENANT)) == [added]


def test_an_id_belongs_to_one_key(principals: Principals):
    first = principals.add_key(a_key(), ADA)

    with pytest.raises(ConflictError, match="'k1' is another key's"):
        principals.add_key(replace(a_key(), digest="another"), ADA)

    assert principals.key(TENANT, "k1") == first


def test_what_was_never_there_is_not_found(principals: Principals):
    with pytest.raises(NotFoundError, match="'k1'"):
        principals.key(TENANT, "k1")
    with pytest.raises(NotFoundError):
        principals.user(TENANT, ISSUER, "u1")
    with pytest.raises(NotFoundError):
        principals.revoke_key(TENANT, "k1", "Leaked.", ADA)
    with pytest.raises(NotFoundError):
        principals.change_key(a_key(), ADA)
    with pytest.raises(NotFoundError):
        principals.remove_user(TENANT, ISSUER, "u1", ADA)
    with pytest.raises(NotFoundError):
        principals.rotate_key(a_key("k2", replaces="k1"), NOON + timedelta(days=1), ADA)

    assert (list(principals.keys(TENANT)), principals.revision(TENANT)) == ([], 0)


def test_a_key_is_gone_from_the_moment_it_expires(principals: Principals, clock: Clock):
    principals.add_key(a_key(expires_at=NOON + timedelta(seconds=60)), ADA)

    clock.pass_by(59.9)
    before = principals.key(TENANT, "k1")
    clock.pass_by(0.1)

    assert before.id == "k1"
    assert list(principals.keys(TENANT)) == []
    with pytest.raises(NotFoundError):
        principals.key(TENANT, "k1")
    with pytest.raises(NotFoundError):
        principals.revoke_key(TENANT, "k1", "Too late.", ADA)


def test_the_id_of_a_key_that_expired_is_free_again(principals: Principals, clock: Clock):
    principals.used(principals.add_key(a_key(expires_at=NOON + timedelta(seconds=60)), ADA))
    clock.pass_by(60)

    again = principals.add_key(replace(a_key(), digest="another"), ADA)

    assert again == principals.key(TENANT, "k1")
    assert (again.digest, again.revision, again.last_used_at, again.expires_at) == ("another", 1, None, None)


def test_a_change_gives_a_key_what_is_granted_and_nothing_else(principals: Principals):
    key = principals.add_key(a_key(), ADA)
    granted = {"name": "CI", "roles": frozenset({"admin"}), "scopes": frozenset(), "groups": frozenset(), "plan": None}
    wish = replace(key, **granted, expires_at=NOON + timedelta(days=1), digest="forged", created_by="eve")

    changed = principals.change_key(wish, ADA)

    assert changed == principals.key(TENANT, "k1")
    assert changed == replace(key, **granted, expires_at=NOON + timedelta(days=1), revision=2)


def test_a_change_that_somebody_else_overtook_is_refused(principals: Principals):
    seen = principals.add_key(a_key(), ADA)
    other = principals.change_key(replace(seen, roles=frozenset({"viewer"})), ADA)

    with pytest.raises(PreconditionFailedError, match="at revision 2, expected 1"):
        principals.change_key(replace(seen, name="CI"), ADA)

    assert principals.key(TENANT, "k1") == other


def test_a_revoked_key_stays_to_be_looked_at_and_is_revoked_once(principals: Principals, clock: Clock):
    principals.add_key(a_key(), ADA)
    clock.pass_by(5)

    revoked = principals.revoke_key(TENANT, "k1", "Leaked.", Actor("grace"))
    again = principals.revoke_key(TENANT, "k1", "Once more.", ADA)

    assert revoked == again == principals.key(TENANT, "k1")
    assert list(principals.keys(TENANT)) == [revoked]
    assert (revoked.revoked_at, revoked.revoked_by) == (NOON + timedelta(seconds=5), "grace")
    assert revoked.revoked_because == "Leaked."
    assert principals.revision(TENANT) == 2


def test_a_revoked_key_is_neither_changed_nor_replaced(principals: Principals):
    principals.add_key(a_key(), ADA)
    revoked = principals.revoke_key(TENANT, "k1", "Leaked.", ADA)

    with pytest.raises(ConflictError, match=r"revoked \(Leaked\.\)"):
        principals.change_key(replace(revoked, revoked_at=None, name="CI"), ADA)
    with pytest.raises(ConflictError, match="revoked"):
        principals.rotate_key(a_key("k2", replaces="k1"), NOON + timedelta(days=1), ADA)

    assert list(principals.keys(TENANT)) == [revoked]


def test_a_rotation_keeps_both_keys_for_a_while(principals: Principals, clock: Clock):
    old = principals.add_key(a_key(), ADA)

    new = principals.rotate_key(a_key("k2", replaces="k1"), NOON + timedelta(hours=1), ADA)
    both = principals.keys(TENANT)
    clock.pass_by(3600)

    assert list(both) == [replace(old, expires_at=NOON + timedelta(hours=1), revision=2), new]
    assert list(principals.keys(TENANT)) == [new]
    assert principals.revision(TENANT) == 2


def test_a_rotation_lets_no_key_live_longer(principals: Principals):
    principals.add_key(a_key(expires_at=NOON + timedelta(minutes=1)), ADA)

    principals.rotate_key(a_key("k2", replaces="k1"), NOON + timedelta(hours=1), ADA)

    assert principals.key(TENANT, "k1").expires_at == NOON + timedelta(minutes=1)


def test_a_rotation_onto_an_id_that_is_taken_does_nothing(principals: Principals):
    old, other = principals.add_key(a_key(), ADA), principals.add_key(a_key("k2"), ADA)

    with pytest.raises(ConflictError):
        principals.rotate_key(a_key("k2", replaces="k1"), NOON + timedelta(hours=1), ADA)

    assert list(principals.keys(TENANT)) == [old, other]


def test_a_user_is_kept_changed_and_forgotten(principals: Principals):
    added = principals.put_user(a_user(), ADA)
    changed = principals.put_user(replace(added, roles=frozenset({"owner"}), disabled=True), ADA)
    found = principals.user(TENANT, ISSUER, "u1")
    listed = principals.users(TENANT)

    principals.remove_user(TENANT, ISSUER, "u1", ADA)

    assert added == replace(a_user(), revision=1)
    assert changed == found == replace(added, roles=frozenset({"owner"}), disabled=True, revision=2)
    assert list(listed) == [changed]
    assert list(principals.users(TENANT)) == []
    with pytest.raises(NotFoundError):
        principals.user(TENANT, ISSUER, "u1")


@pytest.mark.parametrize("revision", [0, 7])
def test_a_user_that_somebody_else_put_meanwhile_is_not_written_over(principals: Principals, revision: int):
    there = principals.put_user(a_user(), ADA)

    with pytest.raises(PreconditionFailedError, match="'u1'"):
        principals.put_user(replace(a_user(), name="Eve", revision=revision), ADA)

    assert principals.user(TENANT, ISSUER, "u1") == there


def test_a_user_that_was_removed_is_not_put_back_by_a_change(principals: Principals):
    there = principals.put_user(a_user(), ADA)
    principals.remove_user(TENANT, ISSUER, "u1", ADA)

    with pytest.raises(PreconditionFailedError, match="not there any more"):
        principals.put_user(replace(there, disabled=True), ADA)

    assert list(principals.users(TENANT)) == []


@pytest.mark.parametrize("long", ["", "x" * 600], ids=["short", "long"])
def test_no_two_users_are_taken_for_one(principals: Principals, long: str):
    pairs = [("a#b", "c"), ("a", "b#c"), ("a%23b", "c"), ("a", "b"), ("a", "B")]

    users = [principals.put_user(a_user(long + subject, issuer=long + issuer), ADA) for issuer, subject in pairs]

    assert [principals.user(TENANT, long + issuer, long + subject) for issuer, subject in pairs] == users
    assert len(principals.users(TENANT)) == len(pairs)


def test_use_is_noted_once_a_minute_and_is_no_change(principals: Principals, clock: Clock):
    key, user = principals.add_key(a_key(), ADA), principals.put_user(a_user(), ADA)
    principals.used(key)
    principals.used(user)

    clock.pass_by(USE_SECONDS - 1)
    principals.used(key)
    principals.used(principals.user(TENANT, ISSUER, "u1"))
    first = principals.key(TENANT, "k1"), principals.user(TENANT, ISSUER, "u1")
    clock.pass_by(1)
    principals.used(key)
    principals.used(principals.user(TENANT, ISSUER, "u1"))

    assert [each.last_used_at for each in first] == [NOON, NOON]
    later = NOON + timedelta(seconds=USE_SECONDS)
    assert principals.key(TENANT, "k1") == replace(key, last_used_at=later)
    assert principals.user(TENANT, ISSUER, "u1") == replace(user, last_used_at=later)
    assert principals.revision(TENANT) == 2


def test_a_change_leaves_what_is_noted_of_use(principals: Principals):
    key, user = principals.add_key(a_key(), ADA), principals.put_user(a_user(), ADA)
    principals.used(key)
    principals.used(user)

    principals.change_key(replace(key, name="CI"), ADA)
    principals.put_user(replace(user, name="Grace Hopper"), ADA)

    assert principals.key(TENANT, "k1").last_used_at == NOON
    assert principals.user(TENANT, ISSUER, "u1").last_used_at == NOON


def test_use_of_a_principal_that_is_gone_brings_nothing_back(principals: Principals):
    user = principals.put_user(a_user(), ADA)
    principals.remove_user(TENANT, ISSUER, "u1", ADA)

    principals.used(user)
    principals.used(a_key("never"))

    assert (list(principals.keys(TENANT)), list(principals.users(TENANT))) == ([], [])


def test_each_change_raises_the_revision_by_one(principals: Principals):
    key = principals.add_key(a_key(), ADA)
    user = principals.put_user(a_user(), ADA)
    principals.change_key(replace(key, name="CI"), ADA)
    principals.put_user(replace(user, disabled=True), ADA)
    principals.rotate_key(a_key("k2", replaces="k1"), NOON + timedelta(days=1), ADA)
    principals.revoke_key(TENANT, "k2", "Leaked.", ADA)
    principals.remove_user(TENANT, ISSUER, "u1", ADA)
    after = principals.revision(TENANT)

    principals.revoke_key(TENANT, "k2", "Leaked.", ADA)
    principals.change_key(principals.key(TENANT, "k1"), ADA)
    principals.used(principals.key(TENANT, "k1"))
    principals.note(TENANT, "denied", ADA, {})

    assert after == principals.revision(TENANT) == 7


def test_a_change_may_be_bound_to_the_revision_that_somebody_looked_at(principals: Principals):
    first = principals.add_key(a_key(), ADA, if_revision=0)
    user = principals.put_user(a_user(), ADA, if_revision=1)

    for change in (
        lambda: principals.add_key(a_key("k2"), ADA, if_revision=0),
        lambda: principals.change_key(replace(first, name="CI"), ADA, if_revision=1),
        lambda: principals.rotate_key(a_key("k2", replaces="k1"), NOON + timedelta(days=1), ADA, if_revision=1),
        lambda: principals.revoke_key(TENANT, "k1", "Leaked.", ADA, if_revision=1),
        lambda: principals.put_user(replace(user, disabled=True), ADA, if_revision=1),
        lambda: principals.remove_user(TENANT, ISSUER, "u1", ADA, if_revision=1),
    ):
        with pytest.raises(PreconditionFailedError, match=r"at revision \d, but they are at 2"):
            change()

    assert (list(principals.keys(TENANT)), list(principals.users(TENANT))) == ([first], [user])
