"""One form of a tenant's name, everywhere."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills import tenant
from mcpskills.errors import InvalidInputError
from mcpskills.settings import Settings

NAMES = st.from_regex(tenant.PATTERN, fullmatch=True)


@pytest.mark.parametrize("name", ["a", "0", "acme", "acme-2", "a" * 63])
def test_a_name_of_letters_digits_and_hyphens_is_one(name: str):
    assert tenant.is_name(name)
    assert Settings.read(tenant=name).tenant == name


@pytest.mark.parametrize(
    "name",
    ["", "Acme", "-acme", "acme-", "a_b", "a.b", "a/b", "..", "a#b", "a:b", "a{b", "a%b", "acme\n", "ä", "a" * 64],
)
def test_whatever_could_stand_for_something_else_is_no_name(name: str):
    assert not tenant.is_name(name)
    with pytest.raises(InvalidInputError, match="MCPSKILLS_TENANT"):
        Settings.read(tenant=name)
    with pytest.raises(InvalidInputError, match="lower-case letters"):
        tenant.place(name)


@given(NAMES, NAMES)
def test_two_tenants_have_folders_apart(one: str, other: str):
    mine, theirs = (Settings(tenant=name, data=Path("data")).own / "packages" for name in (one, other))

    assert (mine == theirs) == (one == other)
    assert mine not in theirs.parents


def test_who_has_one_tenant_has_everything_at_the_top():
    assert Settings(data=Path("data")).own == Path("data")
