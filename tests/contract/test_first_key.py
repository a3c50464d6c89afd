"""The first key of a tenant is an owner's, there is one whoever makes it at once, and the trail tells of it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from catalog_builders import NOON, TENANT, Clock
from key_builders import keep_key
from mcpskills import first_key
from mcpskills.access import Role
from mcpskills.api_key import Peppers, WholeKey
from mcpskills.errors import ConflictError, PreconditionFailedError
from mcpskills.first_key import Wish
from mcpskills.ports import Catalog, Principals
from principal_builders import ADA, a_key

PEPPERS = Peppers(b"p" * 32)
WISH = Wish("Ada's key", ADA, NOON)


def make(principals: Principals) -> WholeKey:
    return first_key.make(principals, PEPPERS, TENANT, WISH)


def test_it_may_do_everything_and_the_trail_says_who_made_it(principals: Principals, catalog_beside: Catalog):
    made = make(principals)

    kept = principals.key(TENANT, made.id)
    assert PEPPERS.match(made, kept.digest)
    assert (kept.name, kept.roles, kept.scopes, kept.created_by) == ("Ada's key", {"owner"}, frozenset(), "ada")
    [entry] = catalog_beside.audit(TENANT, 10)
    assert (entry.action, entry.actor, entry.detail["source"]) == ("key-add", "ada", "192.0.2.7")
    assert made.text not in str(entry)


def test_there_is_no_second_one_unless_it_is_wanted(principals: Principals):
    first = make(principals)

    with pytest.raises(ConflictError, match=f"already: {first.id} .Ada's key.*made by ada at 20"):
        make(principals)

    another = first_key.make_another(principals, PEPPERS, TENANT, WISH)
    assert {key.id for key in first_key.owners(principals, TENANT)} == {first.id, another.id}


def test_keys_that_may_less_or_are_no_more_do_not_stand_in_for_it(principals: Principals, clock: Clock):
    principals.add_key(a_key("narrowed", roles=frozenset({"owner"})), ADA)
    keep_key(principals, PEPPERS, Role.ADMIN)
    keep_key(principals, PEPPERS, expires_at=clock.at + timedelta(seconds=1))
    principals.revoke_key(TENANT, keep_key(principals, PEPPERS).id, "Lost.", ADA)
    clock.pass_by(1)

    made = make(principals)

    assert [key.id for key in first_key.owners(principals, TENANT)] == [made.id]


def test_of_many_who_make_it_at_once_one_does(principals: Principals):
    def attempt(_: int) -> None:
        with suppress(ConflictError, PreconditionFailedError):
            make(principals)

    with ThreadPoolExecutor(4) as threads:
        [*threads.map(attempt, range(4))]

    assert len(first_key.owners(principals, TENANT)) == 1
