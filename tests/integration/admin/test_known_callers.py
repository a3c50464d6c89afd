"""What callers are called: keys and users by their ids, as they are named now."""

import contextlib
from dataclasses import replace

import pytest

from catalog_builders import TENANT
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills_server.admin.known_callers import KnownCallers, is_id
from principal_builders import ADA, a_key, a_user


@pytest.fixture
def principals(tmp_path):
    with contextlib.closing(SqlitePrincipals(tmp_path / "catalog.sqlite")) as opened:
        yield opened


def test_keys_and_users_are_called_by_their_names(principals):
    key = principals.add_key(a_key(), ADA)
    user = principals.put_user(a_user(), ADA)
    callers = KnownCallers(principals, TENANT)

    assert callers.names() == {
        f"key:{key.id}": key.name,
        f"user:{user.issuer} {user.subject}": user.name,
    }
    assert callers.called(user.name.upper()) == (f"user:{user.issuer} {user.subject}",)


async def _at_hand(callers: KnownCallers) -> set[str]:
    return set((await callers.names_at_hand()).values())


@pytest.mark.anyio
async def test_who_has_another_name_by_now_is_called_by_that(principals):
    key, user = principals.add_key(a_key(), ADA), principals.put_user(a_user(), ADA)
    callers = KnownCallers(principals, TENANT)
    assert await _at_hand(callers) == {key.name, user.name}

    principals.change_key(replace(key, name="Renamed"), ADA)
    principals.remove_user(TENANT, user.issuer, user.subject, ADA)

    assert set(callers.names().values()) == {"Renamed"}
    assert await _at_hand(callers) == {"Renamed"}
    assert (callers.called(key.name), callers.called("renamed")) == ((), (f"key:{key.id}",))


def test_names_stay_as_they_were_while_the_store_is_away(principals):
    key = principals.add_key(a_key(), ADA)
    callers = KnownCallers(principals, TENANT)
    before = callers.names()

    principals.close()

    assert callers.names() == before == {f"key:{key.id}": key.name}


@pytest.mark.parametrize(("text", "expected"), [("key:x", True), ("user:https://a b", True), ("anonymous", True)])
def test_an_id_is_no_name(text, expected):
    assert (is_id(text), is_id("Ada Author")) == (expected, False)
