"""What is known of callers between two looks into the store: for how long, and when it is forgotten."""

from dataclasses import dataclass

import pytest

from catalog_builders import TENANT
from mcpskills import access
from mcpskills.access import Role
from mcpskills.ports import USE_SECONDS
from mcpskills_server.auth.authenticator import Recognised
from mcpskills_server.auth.known import REFUSED_SECONDS, KnownCallers
from mcpskills_server.auth.refusals import RefusedCredentialError, unknown
from principal_builders import a_key

GRACE = 300.0
ADA = access.anonymous(TENANT, Role.VIEWER)
ADAS_KEY = a_key()


@dataclass
class Moment:
    """A clock that stands still until it is set."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock():
    return Moment()


@pytest.fixture
def known(clock):
    return KnownCallers(GRACE, clock)


def recognised(**more):
    return Recognised(ADA, principal=ADAS_KEY, **more)


def test_a_caller_is_known_by_the_credential_that_it_was_recognised_by(known):
    known.keep(b"a-key", recognised(), known.age)

    assert known.get(b"a-key") is ADA
    assert known.get(b"a-kez") is None


def sent(known, credential):
    """Who is known to send it, as the way in asks."""
    header = b"Bearer " + credential
    return known.near(header) or known.get(credential, header)


def test_a_header_that_came_before_says_who_sends_it(known):
    known.keep(b"a-key", recognised(), known.age)
    first = known.near(b"Bearer a-key")
    known.get(b"a-key", b"Bearer a-key")

    assert (first, known.near(b"Bearer a-key"), known.near(b"Bearer a-kez")) == (None, ADA, None)


def test_more_callers_than_are_found_by_their_headers_are_all_known_until_all_is_forgotten(known):
    credentials = [f"key-{number}".encode() for number in range(200)]
    for credential in credentials:
        known.keep(credential, recognised(), known.age)

    before = [sent(known, credential) for credential in credentials * 2]
    known.forget()

    assert before == [ADA] * 400
    assert [sent(known, credential) for credential in credentials] == [None] * 200


def test_a_caller_who_is_recognised_again_after_the_end_is_known_again(known, clock):
    known.keep(b"a-token", recognised(seconds=5.0), known.age)
    sent(known, b"a-token")
    clock.seconds += 6.0
    ended = sent(known, b"a-token")

    known.keep(b"a-token", recognised(seconds=5.0), known.age)

    assert (ended, sent(known, b"a-token")) == (None, ADA)


def test_a_header_says_nothing_while_nobody_vouches_for_what_is_known(known, clock):
    known.keep(b"a-key", recognised(), known.age)
    sent(known, b"a-key")

    clock.seconds += GRACE

    assert known.near(b"Bearer a-key") is None


def test_no_credential_stands_in_the_tables(known):
    known.keep(b"a-secret", recognised(), known.age)
    known.refuse(b"other-secret", unknown(), known.age)

    kept = [*known._entries, *known._refused]

    assert [len(mark) for mark in kept] == [32, 32]


def test_a_caller_is_gone_when_its_key_is(known, clock):
    known.keep(b"a-key", recognised(seconds=5.0), known.age)

    clock.seconds += 4.9
    before = known.get(b"a-key")
    clock.seconds += 0.1

    assert (before, known.get(b"a-key")) == (ADA, None)


def test_callers_are_known_for_a_while_after_the_store_was_heard_last(known, clock):
    known.keep(b"a-key", recognised(), known.age)
    clock.seconds += 200
    known.vouch()

    clock.seconds += GRACE - 1
    before = known.get(b"a-key")
    clock.seconds += 1
    after = known.get(b"a-key")
    known.vouch()

    assert (before, after, known.get(b"a-key")) == (ADA, None, ADA)


def test_when_all_is_forgotten_refusals_are_as_well(known):
    known.keep(b"a-key", recognised(), known.age)
    known.refuse(b"other", unknown(), known.age)

    known.forget()

    assert known.get(b"a-key") is None
    assert known.refusal(b"other") is None


def test_what_was_looked_up_before_all_was_forgotten_is_not_kept(known):
    age = known.age
    known.forget()

    known.keep(b"a-key", recognised(), age)
    known.refuse(b"other", unknown(), age)

    assert known.get(b"a-key") is None
    assert known.refusal(b"other") is None


def test_a_refusal_is_remembered_for_a_moment(known, clock):
    why = unknown("key:k1")
    known.refuse(b"other", why, known.age)

    remembered = known.refusal(b"other")
    clock.seconds += REFUSED_SECONDS

    assert (remembered.reason, remembered.message, remembered.whose) == (why.reason, why.message, "key:k1")
    assert known.refusal(b"other") is None


def test_what_is_remembered_of_a_refusal_holds_nothing_of_where_it_came_from(known):
    try:
        raise unknown() from ValueError("a secret")
    except RefusedCredentialError as error:
        known.refuse(b"other", error, known.age)

    for _ in range(2):
        with pytest.raises(RefusedCredentialError) as caught:
            raise known.refusal(b"other")
        assert (caught.value.__cause__, caught.value.__context__, len(caught.traceback)) == (None, None, 1)


def test_of_many_the_oldest_make_place(known):
    for number in range(10_001):
        known.keep(b"key %d" % number, recognised(), known.age)
        known.refuse(b"other %d" % number, unknown(), known.age)

    assert (len(known._entries), len(known._refused)) == (10_000, 10_000)
    assert known.get(b"key 0") is None
    assert known.get(b"key 10000") is ADA


def test_that_somebody_calls_is_to_be_noted_once_in_a_while(known, clock):
    known.keep(b"a-key", recognised(), known.age)
    known.get(b"a-key")
    first = known.take_used()
    known.get(b"a-key")
    soon = known.take_used()
    clock.seconds += USE_SECONDS
    known.get(b"a-key")
    known.get(b"a-key")

    assert (list(first), list(soon), list(known.take_used())) == ([ADAS_KEY], [], [ADAS_KEY])


def test_of_who_is_not_kept_no_use_is_noted(known):
    known.keep(b"a-token", Recognised(ADA), known.age)
    known.get(b"a-token")

    assert list(known.take_used()) == []


def test_who_was_known_before_all_was_forgotten_was_met(known):
    known.keep(b"credential", Recognised(ADA), known.age)
    known.forget()

    assert known.get(b"credential") is None
    assert known.met(b"credential")
    assert not known.met(b"other")
