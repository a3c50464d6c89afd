"""The issuer's keys over time, with an issuer that counts how often it is asked."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import pytest

from fleet_member import until
from mcpskills.errors import UnavailableError
from mcpskills_server.auth.tokens.keyring import (
    FIRST_PAUSE_SECONDS,
    FRESH_SECONDS,
    KEPT_SECONDS,
    PAUSE_SECONDS,
    Keyring,
)
from mcpskills_server.auth.tokens.refused import Fault, RefusedTokenError
from token_builders import ISSUER, STRANGER, jwks, rsa_jwk

KEYS_URL = f"{ISSUER}/keys"
NEW = rsa_jwk(STRANGER, "new")
WAIT_SECONDS = 30


@dataclass
class Issuer:
    """Answers at its URLs unless it is down; `asked` has what it was asked for. `now` is the time in seconds."""

    documents: dict[str, bytes]
    down: bool = False
    asked: list[str] = field(default_factory=list)
    now: float = 1000.0
    slow: Event = field(default_factory=Event)
    """Not set while answers do not come."""

    def __post_init__(self):
        self.slow.set()

    def fetch(self, url):
        self.asked.append(url)
        self.slow.wait(WAIT_SECONDS)
        if self.down:
            raise UnavailableError("It is down.")
        return self.documents[url]

    def publish(self, *keys):
        self.documents[KEYS_URL] = jwks(*keys)

    def keyring(self, jwks_url=KEYS_URL):
        return Keyring(ISSUER, jwks_url, self.fetch, clock=lambda: self.now, patience=0.01)


@pytest.fixture
def issuer():
    return Issuer({KEYS_URL: jwks()})


def fault(keyring, name="new"):
    with pytest.raises(RefusedTokenError) as caught:
        keyring.key(name, "RS256")
    return caught.value.fault


def test_keys_are_asked_for_when_they_are_needed_and_then_kept(issuer):
    keyring = issuer.keyring()
    assert issuer.asked == []

    found = [keyring.key("rsa", "RS256"), keyring.key("ec", "ES256"), keyring.key("rsa", "RS256")]

    assert found[0] is found[2]
    assert issuer.asked == [KEYS_URL]


def test_a_key_that_is_missed_is_asked_for_once_a_minute_whoever_misses_what(issuer):
    keyring = issuer.keyring()
    keyring.key("rsa", "RS256")

    faults = {fault(keyring, f"made-up-{number}") for number in range(100)}
    issuer.now += PAUSE_SECONDS
    faults |= {fault(keyring, f"made-up-{number}") for number in range(100)}

    assert faults == {Fault.UNKNOWN_KEY}
    assert len(issuer.asked) == 2


def test_a_new_key_is_found_within_the_minute(issuer):
    keyring = issuer.keyring()
    keyring.key("rsa", "RS256")
    issuer.publish(rsa_jwk(), NEW)
    assert fault(keyring) is Fault.UNKNOWN_KEY

    issuer.now += PAUSE_SECONDS

    assert keyring.key("new", "RS256").key.public_numbers() == STRANGER.public_key().public_numbers()


def test_a_key_that_the_issuer_withdrew_is_refused_once_keys_are_old(issuer):
    keyring = issuer.keyring()
    keyring.key("rsa", "RS256")
    issuer.publish(NEW)
    assert keyring.key("rsa", "RS256")

    issuer.now += FRESH_SECONDS + 1

    assert fault(keyring, "rsa") is Fault.UNKNOWN_KEY


def test_the_last_good_keys_are_kept_for_a_day_while_the_issuer_is_down(issuer):
    keyring = issuer.keyring()
    keyring.key("rsa", "RS256")
    issuer.down = True

    issuer.now += KEPT_SECONDS
    assert keyring.key("rsa", "RS256")
    issuer.now += 1

    with pytest.raises(UnavailableError):
        keyring.key("rsa", "RS256")


@pytest.mark.parametrize("answer", [b"", b"<html>", b"{}", b'{"keys": []}', b'{"keys": [7]}', jwks(rsa_jwk(use="enc"))])
def test_an_answer_that_is_no_key_set_leaves_the_keys_as_they_are(issuer, answer):
    keyring = issuer.keyring()
    keyring.key("rsa", "RS256")
    issuer.documents[KEYS_URL] = answer

    issuer.now += FRESH_SECONDS + 1

    assert keyring.key("rsa", "RS256")
    assert len(issuer.asked) == 2


def test_an_issuer_that_is_down_is_asked_once_a_minute_and_used_again_when_it_is_back(issuer):
    keyring = issuer.keyring()
    keyring.key("rsa", "RS256")
    issuer.down = True
    issuer.now += FRESH_SECONDS + 1
    for _ in range(10):
        keyring.key("rsa", "RS256")
    assert len(issuer.asked) == 2
    issuer.down = False
    issuer.publish(NEW)

    issuer.now += PAUSE_SECONDS

    assert keyring.key("new", "RS256")


def test_without_any_keys_the_issuer_is_asked_again_after_seconds(issuer):
    issuer.down = True
    keyring = issuer.keyring()
    for _ in range(10):
        with pytest.raises(UnavailableError, match="cannot be checked now"):
            keyring.key("rsa", "RS256")
    assert len(issuer.asked) == 1
    issuer.down = False

    issuer.now += FIRST_PAUSE_SECONDS

    assert keyring.key("rsa", "RS256")


def test_the_place_of_the_keys_is_found_by_the_issuers_description(issuer):
    described = {"issuer": ISSUER, "jwks_uri": KEYS_URL}
    issuer.documents[f"{ISSUER}/.well-known/openid-configuration"] = json.dumps(described).encode()

    assert issuer.keyring(None).key("rsa", "RS256")


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": f"{ISSUER}/", "jwks_uri": KEYS_URL},
        {"issuer": "https://other.example.com", "jwks_uri": KEYS_URL},
        {"jwks_uri": KEYS_URL},
        {"issuer": ISSUER},
        {"issuer": ISSUER, "jwks_uri": [KEYS_URL]},
    ],
)
def test_a_description_that_is_not_the_issuers_own_is_not_followed(issuer, described):
    issuer.documents[f"{ISSUER}/.well-known/openid-configuration"] = json.dumps(described).encode()

    with pytest.raises(UnavailableError):
        issuer.keyring(None).key("rsa", "RS256")

    assert KEYS_URL not in issuer.asked


@pytest.fixture
def asking(issuer):
    """A keyring whose issuer is being asked, and does not answer before the test is over."""
    keyring = issuer.keyring()
    keyring.key("rsa", "RS256")
    issuer.now += FRESH_SECONDS + 1
    issuer.slow.clear()
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(keyring.key, "rsa", "RS256")
        until(lambda: len(issuer.asked) == 2, lambda: str(issuer.asked))
        yield keyring
        issuer.slow.set()
        assert asked.result()


def test_nobody_waits_for_new_keys_who_has_a_good_one(asking):
    assert asking.key("rsa", "RS256")


def test_who_needs_a_new_key_is_not_refused_while_keys_are_asked_for(asking):
    with pytest.raises(UnavailableError, match="cannot be checked now"):
        asking.key("new", "RS256")


def test_the_first_callers_ask_together(issuer):
    keyring = Keyring(ISSUER, KEYS_URL, issuer.fetch)
    issuer.slow.clear()

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(keyring.key, "rsa", "RS256") for _ in range(4)]
        until(lambda: issuer.asked, lambda: "nobody asked")
        issuer.slow.set()

    assert len({id(each.result()) for each in asked}) == len(issuer.asked) == 1
