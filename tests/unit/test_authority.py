"""Nobody gives what they do not have, and a tenant is never without somebody who rules it."""

from dataclasses import replace

import pytest

from catalog_builders import NOON
from mcpskills import access, authority
from mcpskills.access import Role
from mcpskills.errors import ConflictError, ForbiddenError
from principal_builders import a_key, a_user
from way_in import a_caller

OWNER = replace(a_key("owner", roles=frozenset({"owner"})), scopes=frozenset(), groups=frozenset(), plan=None)
PLAIN = replace(OWNER, id="plain", roles=frozenset({"viewer"}))


@pytest.mark.parametrize("giver", Role)
def test_a_role_is_given_by_those_who_may_all_that_it_may(giver):
    given = [role for role in Role if _gives(a_caller(giver), replace(OWNER, roles=frozenset({role.value})))]

    assert given == [role for role in Role if access.ROLES[role] <= access.ROLES[giver]]


def test_whoever_is_narrowed_gives_no_more_than_what_is_left():
    narrowed = a_caller(scopes=access.scopes({"owner"}, {"users:write", "skills:read"}))

    authority.expect_entitled(narrowed, replace(OWNER, scopes=frozenset({"skills:read"})))
    with pytest.raises(ForbiddenError, match="you lack proposals:read, proposals:write"):
        authority.expect_entitled(narrowed, replace(OWNER, roles=frozenset({"developer"})))


def test_groups_are_given_by_those_who_are_in_them_and_by_owners():
    in_finance = replace(PLAIN, groups=frozenset({"finance"}))

    authority.expect_entitled(a_caller(Role.ADMIN, groups=frozenset({"finance"})), in_finance)
    authority.expect_entitled(a_caller(Role.OWNER), in_finance)
    with pytest.raises(ForbiddenError, match="you are not in finance"):
        authority.expect_entitled(a_caller(Role.ADMIN), in_finance)


def test_a_plan_is_given_by_owners_and_by_those_who_have_it():
    on_pro = replace(PLAIN, plan="pro")

    authority.expect_entitled(a_caller(Role.ADMIN, plan="pro"), on_pro)
    authority.expect_entitled(a_caller(Role.OWNER), on_pro)
    with pytest.raises(ForbiddenError, match="given by owners only"):
        authority.expect_entitled(a_caller(Role.ADMIN), on_pro)


@pytest.mark.parametrize(
    "left",
    [
        PLAIN,
        replace(OWNER, revoked_at=NOON),
        replace(OWNER, expires_at=NOON + authority.LASTING),
        replace(OWNER, scopes=frozenset({"users:write"})),
        replace(a_user(), roles=frozenset({"owner"})),
        replace(a_user(), roles=frozenset({"owner"}), last_used_at=NOON, disabled=True),
    ],
    ids=[
        "a viewer",
        "a revoked key",
        "a key that is soon gone",
        "a narrowed key",
        "a user nobody has seen",
        "a disabled user",
    ],
)
def test_the_last_one_who_rules_stays(left):
    with pytest.raises(ConflictError, match="make another owner first"):
        authority.expect_ruled(OWNER, [left], None, NOON)


@pytest.mark.parametrize(
    "left", [replace(OWNER, id="other"), replace(a_user(), roles=frozenset({"owner"}), last_used_at=NOON)]
)
def test_whoever_is_not_the_last_one_may_go(left):
    authority.expect_ruled(OWNER, [PLAIN, left], None, NOON)


def test_whoever_still_rules_after_a_change_is_somebody_who_rules():
    authority.expect_ruled(OWNER, [], replace(OWNER, name="renamed"), NOON)
    with pytest.raises(ConflictError):
        authority.expect_ruled(OWNER, [], replace(OWNER, roles=frozenset({"admin"})), NOON)


def test_where_nobody_rules_others_may_go():
    authority.expect_ruled(PLAIN, [], None, NOON)


def _gives(giver, principal):
    try:
        authority.expect_entitled(giver, principal)
    except ForbiddenError:
        return False
    return True


def test_nobody_gives_the_tenants_plan_who_is_on_another():
    on_free = a_caller(Role.ADMIN, plan="free")
    own, tenants = replace(PLAIN, plan="free"), replace(PLAIN, plan=None)

    authority.expect_plan(on_free, None, own)
    authority.expect_plan(on_free, tenants, tenants)
    authority.expect_plan(a_caller(Role.OWNER, plan="free"), own, tenants)

    for before in (None, own):
        with pytest.raises(ForbiddenError, match="The tenant's plan is given by owners only"):
            authority.expect_plan(on_free, before, tenants)
