import itertools

from mcpskills import access
from mcpskills.access import ROLES, Role, Scope


def test_each_role_may_do_all_that_the_one_before_it_may_and_more() -> None:
    given = [ROLES[role] for role in Role]

    assert all(less < more for less, more in itertools.pairwise(given))


def test_an_owner_may_do_everything_there_is() -> None:
    assert ROLES[Role.OWNER] == frozenset(Scope)


def test_scopes_of_a_key_narrow_what_its_roles_give_and_add_nothing() -> None:
    narrowed = access.scopes({"developer"}, only={"skills:read", "users:write", "no:such"})

    assert narrowed == {Scope.SKILLS_READ}


def test_names_of_roles_that_we_do_not_know_give_nothing() -> None:
    assert access.scopes({"root", "Owner"}) == frozenset()


def test_roles_add_up() -> None:
    assert access.scopes({"viewer", "admin"}) == ROLES[Role.ADMIN]


def test_an_anonymous_caller_may_what_its_role_gives() -> None:
    caller = access.anonymous("default", Role.VIEWER)

    assert caller.anonymous
    assert caller.may(Scope.SKILLS_READ)
    assert not caller.may(Scope.SKILLS_RUN)
