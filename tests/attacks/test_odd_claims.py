"""Whatever an issuer signs, and whatever stands before the signature, a token is taken or refused, and nothing breaks."""

import contextlib
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills_server.auth.tokens.authenticator import TokenAuthenticator
from mcpskills_server.auth.tokens.keyring import Keyring
from mcpskills_server.auth.tokens.refused import RefusedTokenError
from token_builders import ENDPOINT, ISSUER, NOW, USER, a_trust, jwks, signed, since, the_claims

CLAIMS = [*the_claims(), "nbf", "azp", "scp", "token_use", "username", "email", "roles", "cognito:groups", "tenant"]
HEADER = ["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "cty"]
TEXTS = [
    "",
    " ",
    "a",
    "é",
    "\0",
    "\ud800",
    "none",
    "RS256",
    "rsa",
    "access",
    "default",
    USER,
    ISSUER,
    ENDPOINT,
    "x" * 300,
]
NUMBERS = [
    0,
    -1,
    1,
    2**31,
    2**63,
    2**100,
    10**400,
    0.5,
    -0.0,
    1e308,
    float("inf"),
    float("nan"),
    since(),
    since(hours=1),
]
ODD = st.recursive(
    st.sampled_from([None, True, False, *TEXTS, *NUMBERS]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(TEXTS), inner, max_size=3),
    max_leaves=5,
)
often = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def authenticate(tmp_path):
    keyring = Keyring(ISSUER, "https://login.example.com/keys", lambda _: jwks())
    trust = a_trust(tenant_claim="tenant", client_ids=["editor"])
    with closing(SqlitePrincipals(tmp_path / "catalog.sqlite", lambda: NOW)) as principals:
        yield TokenAuthenticator(trust, principals, keyring, lambda: NOW).authenticate


@often
@given(odd=st.dictionaries(st.sampled_from(CLAIMS), ODD, max_size=3))
def test_odd_claims_break_nothing(authenticate, odd):
    with contextlib.suppress(RefusedTokenError):
        authenticate(signed({"alg": "RS256", "kid": "rsa"}, the_claims(tenant="default") | odd))


@often
@given(odd=st.dictionaries(st.sampled_from(HEADER), ODD, max_size=3))
def test_an_odd_header_breaks_nothing(authenticate, odd):
    with contextlib.suppress(RefusedTokenError):
        authenticate(signed({"alg": "RS256", "kid": "rsa", **odd}, the_claims(tenant="default")))


@often
@given(token=st.text(max_size=40) | st.from_regex(r"\A[\w-]{0,20}\.[\w-]{0,20}\.[\w-]{0,20}\Z"))
def test_odd_texts_break_nothing(authenticate, token):
    with pytest.raises(RefusedTokenError):
        authenticate(token)
