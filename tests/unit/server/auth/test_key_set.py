"""Which of an issuer's keys are used."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from mcpskills.errors import CorruptedError
from mcpskills_server.auth.tokens import key_set
from token_builders import EC, RSA, ec_jwk, encoded, jwks, number, rsa_jwk

WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EXPONENT = 2**64 + 1
ODD = [
    "",
    "A",
    "AA",
    "AQ",
    "AQAB",
    "!",
    "é",
    "\0",
    "\ud800",
    "RSA",
    "EC",
    "P-256",
    "sig",
    "RS256",
    0,
    -1,
    1.5,
    True,
    None,
    [],
    {},
]


def test_signing_keys_of_both_kinds_are_used_by_name_and_algorithm():
    keys = key_set.parse(jwks(rsa_jwk(alg="RS256"), ec_jwk(use="sig"), {**rsa_jwk(kid="plain"), "use": None}))

    assert set(keys) == {("rsa", "RS256"), ("ec", "ES256"), ("plain", "RS256")}


@pytest.mark.parametrize(
    "key",
    [
        rsa_jwk(kid="odd", use="enc"),
        rsa_jwk(kid="odd", alg="RS512"),
        rsa_jwk(kid="odd", alg="PS256"),
        rsa_jwk(WEAK, "odd"),
        {**rsa_jwk(kid="odd"), "e": number(EXPONENT)},
        {**rsa_jwk(kid="odd"), "e": number(2)},
        {**rsa_jwk(kid="odd"), "n": ""},
        {**rsa_jwk(kid="odd"), "n": "not base64!"},
        {**rsa_jwk(kid="odd"), "n": number(2**20000 + 1)},
        {**rsa_jwk(kid="odd"), "n": 7},
        {**ec_jwk(kid="odd"), "x": ec_jwk()["y"]},
        {**ec_jwk(kid="odd"), "x": "AA"},
        {**ec_jwk(kid="odd"), "crv": "P-521"},
        {**ec_jwk(kid="odd"), "crv": None},
        {"kty": "oct", "kid": "odd", "k": encoded(b"k" * 32)},
        {"kty": "OKP", "kid": "odd", "crv": "Ed25519", "x": encoded(b"k" * 32)},
        {key: value for key, value in rsa_jwk().items() if key != "kid"},
        {**rsa_jwk(), "kid": 7},
        {"kid": "odd"},
    ],
)
def test_what_is_no_key_for_us_is_left_out(key):
    assert set(key_set.parse(jwks(key, ec_jwk()))) == {("ec", "ES256")}


def test_a_private_part_is_not_read():
    secret = number(RSA.private_numbers().d)

    [key] = key_set.parse(jwks(rsa_jwk(d=secret))).values()

    assert isinstance(key.key, rsa.RSAPublicKey)


def test_of_two_keys_with_the_same_name_the_first_is_used():
    keys = key_set.parse(jwks(ec_jwk(), rsa_jwk(WEAK, "ec"), rsa_jwk(kid="ec"), rsa_jwk()))

    assert keys["ec", "ES256"].key.public_numbers() == EC.public_key().public_numbers()
    assert keys["ec", "RS256"].key.public_numbers() == RSA.public_key().public_numbers()


@pytest.mark.parametrize(
    "content",
    [
        jwks(*[rsa_jwk(kid=str(number)) for number in range(101)]),
        b'{"keys": [' + b"[" * 100 + b"]" * 100 + b"]}",
        b'{"keys": [], "keys": []}',
        b'{"keys": {}}',
        jwks(rsa_jwk()) + b" " * 300_000,
    ],
)
def test_what_is_no_key_set_is_refused(content):
    with pytest.raises(CorruptedError):
        key_set.parse(content)


@given(st.dictionaries(st.sampled_from([*ec_jwk(), *rsa_jwk(), "alg"]), st.sampled_from(ODD)))
def test_no_key_breaks_the_set(odd):
    keys = key_set.parse(jwks({**ec_jwk(kid="odd"), **odd}, {**rsa_jwk(kid="odd"), **odd}, ec_jwk()))

    assert ("ec", "ES256") in keys
