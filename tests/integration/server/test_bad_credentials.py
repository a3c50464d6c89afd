"""Addresses that send credentials which are refused: they are told to wait, before anything is looked up for them."""

from collections.abc import Iterator
from itertools import islice

import pytest

from catalog_builders import TENANT
from fleet_member import Member, until
from key_builders import bearing
from limited_servers import key_of, ping, revoke, server
from mcpskills.api_key import WholeKey

FAILURES = {"MCPSKILLS_ANONYMOUS": "", "MCPSKILLS_FAILURES_PER_MINUTE": "5"}
BELIEVING = {**FAILURES, "MCPSKILLS_PROXIES": '["127.0.0.1"]'}


def guesses(member: Member, **headers: str) -> Iterator[int]:
    """The answers to keys that nobody has, each another one."""
    while True:
        yield ping(member, **bearing(WholeKey.make(TENANT)), **headers).status_code


def status(member: Member, key: WholeKey, **headers: str) -> int:
    return ping(member, **bearing(key), **headers).status_code


def test_whoever_guesses_keys_is_told_to_wait(tmp_path):
    with server(tmp_path, **FAILURES) as member:
        answers = list(islice(guesses(member), 8))
        refused = ping(member, **bearing(WholeKey.make(TENANT)))

    assert answers == [401] * 5 + [429] * 3
    assert 0 < int(refused.headers["retry-after"]) <= 12
    assert refused.json()["error"]["message"].startswith("Too many credentials from this address were refused")


def test_the_same_bad_key_again_and_again_counts_each_time(tmp_path):
    with server(tmp_path, **FAILURES) as member:
        key = WholeKey.make(TENANT)

        assert [status(member, key) for _ in range(7)] == [401] * 5 + [429] * 2


def test_while_an_address_has_to_wait_nothing_is_looked_up_for_it(tmp_path):
    with server(tmp_path, **FAILURES) as member:
        list(islice(guesses(member), 6))

        # It would be let in.
        assert status(member, key_of(member)) == 429


def test_callers_that_were_let_in_before_are_not_shut_out_by_a_neighbour(tmp_path):
    with server(tmp_path, **FAILURES) as member:
        key, revoked = key_of(member), key_of(member)
        before = [status(member, each) for each in (key, revoked)]
        list(islice(guesses(member), 6))

        # Principals change, so everybody is looked up again.
        revoke(member, revoked)
        until(lambda: status(member, revoked) == 401, member.told)

        assert before == [200, 200]
        assert status(member, key) == 200
        assert next(guesses(member)) == 429


def test_whoever_sends_no_credential_fails_at_nothing(tmp_path):
    with server(tmp_path, **FAILURES) as member:
        assert {ping(member).status_code for _ in range(20)} == {401}
        assert next(guesses(member)) == 401


@pytest.mark.parametrize(
    ("other", "answer"),
    [("203.0.113.1", 401), ("2001:db8:0:1::1", 401), ("2001:db8::ffff", 429)],
    ids=["another address", "another network of IPv6", "another address of the same network of IPv6"],
)
def test_what_counts_as_one_address(tmp_path, other, answer):
    with server(tmp_path, **BELIEVING) as member:
        list(islice(guesses(member, **{"X-Forwarded-For": "2001:db8::1"}), 6))

        assert next(guesses(member, **{"X-Forwarded-For": other})) == answer
