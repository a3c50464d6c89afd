"""API keys: what is made is read back, and nothing else is; what is kept of one tells nothing of it."""

import re
import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills import api_key
from mcpskills import tenant as tenants
from mcpskills.api_key import PATTERN, PREFIX, Peppers, WholeKey
from mcpskills.errors import InvalidInputError

TENANTS = st.from_regex(tenants.PATTERN, fullmatch=True)
DIGITS = string.ascii_letters + string.digits
PEPPER = st.binary(min_size=32, max_size=64)
KEYS = st.sampled_from([WholeKey.make(tenant) for tenant in ("a", "acme", "a-b-9", "0" * 63)])


@given(TENANTS)
def test_a_key_that_was_made_is_read_back(tenant):
    made = WholeKey.make(tenant)

    assert WholeKey.parse(made.text) == made
    assert (made.tenant, made.text.startswith(f"{PREFIX}{tenant}_{made.id}_")) == (tenant, True)
    assert re.fullmatch(PATTERN, made.text)


@given(KEYS, st.data())
def test_a_key_with_another_character_is_none(key, data):
    text = key.text
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([digit for digit in DIGITS + "_-. é" if digit != text[at]]))

    assert WholeKey.parse(text[:at] + other + text[at + 1 :]) is None


@given(KEYS, st.data())
def test_a_key_with_two_characters_in_each_others_place_is_none(key, data):
    text = key.text
    pairs = [at for at, (left, right) in enumerate(pairwise(text)) if left != right]
    at = data.draw(st.sampled_from(pairs))

    assert WholeKey.parse(text[:at] + text[at + 1] + text[at] + text[at + 2 :]) is None


@given(KEYS, st.data())
def test_a_key_that_was_cut_or_has_something_around_it_is_none(key, data):
    text = key.text
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    around = data.draw(st.sampled_from([" ", "\n", "\0", "a", "_", '"']))

    assert [WholeKey.parse(each) for each in (cut, text + around, around + text)] == [None, None, None]


@given(st.text())
def test_a_text_is_no_key(text):
    assert WholeKey.parse(text) is None
    assert WholeKey.parse(PREFIX + text) is None


def test_a_very_long_text_is_no_key():
    assert WholeKey.parse(PREFIX + "a" * 1_000_000) is None


@pytest.mark.parametrize("tenant", ["", "_", "-a", "a_", "a b", "a.b", "é", "a" * 65, "a\n"])
def test_a_tenant_whose_name_could_not_be_read_back_gets_no_key(tenant):
    with pytest.raises(InvalidInputError, match="can have no API keys"):
        WholeKey.make(tenant)


def test_keys_are_never_the_same():
    made = [WholeKey.make("acme") for _ in range(1000)]

    assert len({key.id for key in made}) == len({key.text for key in made}) == 1000


@given(PEPPER)
def test_a_digest_matches_its_own_key_alone(pepper):
    peppers, key, other = Peppers(pepper), WholeKey.make("acme"), WholeKey.make("acme")

    assert peppers.match(key, peppers.digest(key))
    assert not peppers.match(other, peppers.digest(key))
    assert not peppers.match(key, peppers.digest(key) + "0")
    assert not peppers.match(key, "")
    assert not peppers.match(key, "é")


@given(PEPPER, PEPPER)
def test_a_digest_tells_of_a_pepper_and_nothing_of_the_key(first, second):
    key = WholeKey.make("acme")
    made, elsewhere = Peppers(first).digest(key), Peppers(second).digest(key)

    assert re.fullmatch(r"[0-9a-f]{8}:[0-9a-f]{64}", made)
    assert (made == elsewhere) == (first == second)
    assert made.partition(":")[0] == Peppers(first).digest(WholeKey.make("other")).partition(":")[0]


def test_a_key_of_the_earlier_pepper_is_known_until_that_one_is_gone():
    old, new = b"o" * 32, b"n" * 32
    key = WholeKey.make("acme")
    digest = Peppers(old).digest(key)

    assert Peppers(new, earlier=old).match(key, digest)
    assert not Peppers(new).match(key, digest)


def test_a_pepper_that_could_be_guessed_is_refused_without_being_told():
    with pytest.raises(InvalidInputError, match="at least 32 random characters") as caught:
        api_key.pepper(" hunter2 ")

    assert "hunter2" not in str(caught.value)


def test_what_is_printed_of_a_key_and_of_peppers_tells_no_secret():
    key, peppers = WholeKey.make("acme"), Peppers(b"p" * 32)

    assert key.text[-49:] not in repr(key)
    assert "pppp" not in repr(peppers)
