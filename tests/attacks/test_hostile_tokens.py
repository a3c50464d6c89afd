"""Tokens that were not given out for this server: each is refused, and for the reason that it was made for."""

import base64
import json
from contextlib import closing

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from catalog_builders import TENANT
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills_server.auth.tokens.authenticator import TokenAuthenticator
from mcpskills_server.auth.tokens.compact import MOST_CHARACTERS
from mcpskills_server.auth.tokens.keyring import Keyring
from mcpskills_server.auth.tokens.refused import Fault, RefusedTokenError
from token_builders import (
    EC,
    ISSUER,
    NOW,
    P384,
    PUBLIC_URL,
    RSA,
    STRANGER,
    USER,
    a_token,
    a_trust,
    ec_jwk,
    encoded,
    jwks,
    rsa_jwk,
    signed,
    since,
    the_claims,
)

RS256 = {"alg": "RS256", "kid": "rsa"}
ES256 = {"alg": "ES256", "kid": "ec"}
PEM = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
DER = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
GOOD = signed(RS256, the_claims())
HEAD, BODY, SEAL = GOOD.split(".")
PAIRS = json.dumps(the_claims())[1:-1]


def raw(claims):
    """Signed claims that no encoder would write."""
    return signed(RS256, f"{{{claims}}}".encode())


def nested(depth):
    return raw(PAIRS + ', "deep": ' + "[" * depth + "]" * depth)


def by_key(header, key):
    return signed(header, the_claims(), key)


def another_bit():
    """The same signature, spelled with bits in its last character that mean nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return f"{HEAD}.{BODY}.{SEAL[:-1]}{alphabet[alphabet.index(SEAL[-1]) ^ 1]}"


ID_TOKEN = the_claims(client_id=None, scope=None)
"""As some providers make them, and for us, as it is where a provider knows us by the client's id."""

NO_TOKENS = {
    "nothing": "",
    "a word": "hunter2",
    "two parts": f"{HEAD}.{BODY}",
    "four parts": f"{GOOD}.{SEAL}",
    "an encrypted one, in five parts": f"{HEAD}.{SEAL}.{SEAL}.{BODY}.{SEAL}",
    "an empty signature": f"{HEAD}.{BODY}.",
    "an empty payload": f"{HEAD}..{SEAL}",
    "blanks around it": f" {GOOD} ",
    "a line end after it": f"{GOOD}\n",
    "two tokens": f"{GOOD},{GOOD}",
    "padding": f"{HEAD}.{BODY}==.{SEAL}",
    "the other alphabet of base64": f"{HEAD}.{BODY}.+/{SEAL[2:]}",
    "letters that look like ours": GOOD.replace("e", "е", 1),  # noqa: RUF001 that is the point
    "an embedded NUL": f"{HEAD}.{BODY}\0.{SEAL}",
    "a header that is no JSON": f"{encoded(b'{')}.{BODY}.{SEAL}",
    "a header that is no object": f"{encoded(b'[]')}.{BODY}.{SEAL}",
    "a header that is no text": f"{encoded(bytes([255, 254]))}.{BODY}.{SEAL}",
    "a header that says its algorithm twice": signed(b'{"alg":"RS256","alg":"none","kid":"rsa"}', the_claims()),
    "a huge header": signed({**RS256, "x5c": ["A" * 5000]}, the_claims()),
    "a header of lists in each other": signed(b'{"alg":"RS256","kid":"rsa","x":' + b"[" * 99 + b"]" * 99 + b"}", b"{}"),
    "a huge one": a_token(more="A" * MOST_CHARACTERS),
    "no key": signed({"alg": "RS256"}, the_claims()),
    "a key's name that is a number": signed({"alg": "RS256", "kid": 7}, the_claims()),
    "a key's name that is a list": signed({"alg": "RS256", "kid": ["rsa"]}, the_claims()),
    "a key's name that is empty": signed({"alg": "RS256", "kid": ""}, the_claims()),
    "a key's name with a NUL": signed({"alg": "RS256", "kid": "rsa\0"}, the_claims()),
    "a key's name without an end": signed({"alg": "RS256", "kid": "r" * 300}, the_claims()),
    "an extension that must be understood": signed({**RS256, "crit": ["exp"]}, the_claims()),
    "no extensions, which must be understood": signed({**RS256, "crit": []}, the_claims()),
    "a payload that is not encoded": signed({**RS256, "b64": False, "crit": ["b64"]}, the_claims()),
    "an algorithm that is no text": signed({"alg": ["RS256"], "kid": "rsa"}, the_claims()),
    "no algorithm": signed({"kid": "rsa"}, the_claims()),
}
ALGORITHMS = {
    "none": f"{encoded(json.dumps({'alg': 'none', 'kid': 'rsa'}).encode())}.{BODY}.{SEAL}",
    "none in another case": f"{encoded(json.dumps({'alg': 'nOnE', 'kid': 'rsa'}).encode())}.{BODY}.{SEAL}",
    "an empty name": by_key({"alg": "", "kid": "rsa"}, RSA),
    "HS256 by the public key as PEM": by_key({"alg": "HS256", "kid": "rsa"}, PEM),
    "HS256 by the public key as DER": by_key({"alg": "HS256", "kid": "rsa"}, DER),
    "HS256 by the key as it is published": by_key({"alg": "HS256", "kid": "rsa"}, json.dumps(rsa_jwk()).encode()),
    "HS256 by nothing": by_key({"alg": "HS256", "kid": "rsa"}, b""),
    "RS512": by_key({"alg": "RS512", "kid": "rsa"}, RSA),
    "PS256": by_key({"alg": "PS256", "kid": "rsa"}, RSA),
    "ES384": by_key({"alg": "ES384", "kid": "ec"}, P384),
    "ES256K": by_key({"alg": "ES256K", "kid": "ec"}, EC),
    "EdDSA": by_key({"alg": "EdDSA", "kid": "ec"}, EC),
    "rs256 in lower case": by_key({"alg": "rs256", "kid": "rsa"}, RSA),
    "RS256 and a blank": by_key({"alg": "RS256 ", "kid": "rsa"}, RSA),
}
KEYS = {
    "one that nobody has": by_key({"alg": "RS256", "kid": "other"}, STRANGER),
    "a path": by_key({"alg": "RS256", "kid": "../../../../dev/null"}, STRANGER),
    "a URL": by_key({"alg": "RS256", "kid": "https://attacker.example/keys"}, STRANGER),
    "a query of a database": by_key({"alg": "RS256", "kid": "x' UNION SELECT 'rsa"}, STRANGER),
    "ours with a blank": by_key({"alg": "RS256", "kid": "rsa "}, RSA),
    "ours in capitals": by_key({"alg": "RS256", "kid": "RSA"}, RSA),
    "the elliptic one, to check RSA by": by_key({"alg": "RS256", "kid": "ec"}, RSA),
    "the RSA one, to check a curve by": by_key({"alg": "ES256", "kid": "rsa"}, EC),
}
SIGNATURES = {
    "a stranger's": by_key(RS256, STRANGER),
    "a stranger's, who brings the key": by_key({**RS256, "jwk": rsa_jwk(STRANGER)}, STRANGER),
    "a stranger's, who says where the key is": by_key({**RS256, "jku": "https://attacker.example/jwks"}, STRANGER),
    "a stranger's, who says where the certificate is": by_key({**RS256, "x5u": "http://169.254.169.254/"}, STRANGER),
    "a stranger's with a certificate": by_key({**RS256, "x5c": [base64.b64encode(DER).decode()]}, STRANGER),
    "of another payload": f"{HEAD}.{encoded(json.dumps(the_claims(sub='root')).encode())}.{SEAL}",
    "of another header": f"{encoded(json.dumps({**RS256, 'typ': 'JWT'}).encode())}.{BODY}.{SEAL}",
    "truncated": GOOD[:-8],
    "truncated by one character": GOOD[:-1],
    "a bit more": f"{GOOD}A",
    "spelled otherwise": another_bit(),
    "zeros": f"{HEAD}.{BODY}.{encoded(bytes(256))}",
    "zeros on a curve": f"{encoded(json.dumps(ES256).encode())}.{BODY}.{encoded(bytes(64))}",
    "of another curve": by_key(ES256, P384),
    "as RSA, on a curve": by_key(ES256, RSA),
    "on a curve, as RSA": by_key(RS256, EC),
    "by HMAC with the public key": by_key(RS256, PEM),
}
ISSUERS = {
    "another one": a_token(iss="https://login.example.com/other"),
    "one that begins like ours": a_token(iss=f"{ISSUER}/more"),
    "ours with a slash": a_token(iss=f"{ISSUER}/"),
    "ours in capitals": a_token(iss=ISSUER.upper()),
    "ours with a NUL": a_token(iss=f"{ISSUER}\0"),
    "ours by http": a_token(iss=ISSUER.replace("https", "http")),
    "an empty one": a_token(iss=""),
}
USES = {
    "an ID token of Cognito": a_token(token_use="id"),
    "a refresh token of Cognito": a_token(token_use="refresh"),
    "an ID token by its hash": a_token(at_hash="x"),
    "an ID token of the code flow": a_token(c_hash="x"),
    "an ID token that nothing marks as one": signed(RS256, ID_TOKEN),
    "an ID token that names its client": signed(RS256, {**ID_TOKEN, "azp": "editor", "nonce": "x"}),
    "a token that whoever has a key may use": a_token(cnf={"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}),
    "a logout token": a_token(events={"http://schemas.openid.net/event/backchannel-logout": {}}),
    "a logout token by its type": signed({**RS256, "typ": "logout+jwt"}, the_claims()),
    "a proof of possession": signed({**RS256, "typ": "dpop+jwt"}, the_claims()),
    "a security event": signed({**RS256, "typ": "secevent+jwt"}, the_claims()),
}
AUDIENCES = {
    "another resource": a_token(aud="https://other.example.com/mcp"),
    "our origin alone": a_token(aud=PUBLIC_URL),
    "what begins like us": a_token(aud=f"{PUBLIC_URL}/mcp-admin"),
    "us at another port": a_token(aud="https://skills.example.com:8443/mcp"),
    "the client, as ID tokens have it": a_token(aud="editor"),
    "many others": a_token(aud=["https://a.example.com/mcp", "https://b.example.com/mcp"]),
    "nobody": a_token(aud=[]),
    "an empty one": a_token(aud=""),
    "null": raw(PAIRS.replace(f'"{PUBLIC_URL}/mcp"', "null")),
    "none at all": a_token(aud=None),
    "none at all, for an access token of a client": a_token(aud=None, token_use="access"),
}
TIMES = {
    "a second ago": (Fault.EXPIRED, a_token(exp=since(seconds=-31))),
    "at the end of the leeway": (Fault.EXPIRED, a_token(exp=since(seconds=-30))),
    "years ago": (Fault.EXPIRED, a_token(exp=since(days=-4000))),
    "in 1970": (Fault.EXPIRED, a_token(exp=0)),
    "not good before a minute": (Fault.NOT_YET, a_token(nbf=since(seconds=60))),
    "made in the future": (Fault.NOT_YET, a_token(iat=since(seconds=60))),
    "made in the far future": (Fault.NOT_YET, a_token(iat=253402300799)),
}
MALFORMED = {
    "no subject": a_token(sub=None),
    "a subject that is a number": a_token(sub=7),
    "a subject that is an object": a_token(sub={"$ne": None}),
    "a subject that is a list": a_token(sub=[USER]),
    "a subject that is empty": a_token(sub=""),
    "a subject of blanks": a_token(sub="  "),
    "a subject with a NUL": a_token(sub=f"{USER}\0root"),
    "a subject with a line end": a_token(sub=f"{USER}\nroot"),
    "a subject that turns the line around": a_token(sub=f"{USER}\u202e"),
    "half of a character as subject": a_token(sub="\ud800"),
    "a subject without an end": a_token(sub="s" * 256),
    "no issuer": a_token(iss=None),
    "an issuer that is a list": a_token(iss=[ISSUER]),
    "no expiry": a_token(exp=None),
    "an expiry that is text": a_token(exp="9999999999"),
    "an expiry that is true": a_token(exp=True),
    "an expiry that is negative": a_token(exp=-1),
    "an expiry after all times": a_token(exp=10**30),
    "an expiry that is infinite": raw(PAIRS.replace(f'"exp": {since(hours=1)}', '"exp": Infinity')),
    "an expiry that is no number": raw(PAIRS.replace(f'"exp": {since(hours=1)}', '"exp": NaN')),
    "an expiry with too many digits": raw(PAIRS.replace(f'"exp": {since(hours=1)}', f'"exp": {"9" * 5000}')),
    "an audience that is an object": a_token(aud={PUBLIC_URL + "/mcp": True}),
    "an audience with a number": a_token(aud=[f"{PUBLIC_URL}/mcp", 7]),
    "a use that is a list": a_token(token_use=["access"]),
    "a client that is a list": a_token(client_id=["editor"]),
    "groups with a number": a_token(groups=["makers", 7]),
    "groups that are an object": a_token(groups={"makers": True}),
    "groups in groups": a_token(groups=[["makers"]]),
    "a group that is empty": a_token(groups=[""]),
    "a group with a NUL": a_token(groups=["makers\0"]),
    "groups without an end": a_token(groups=["g"] * 1001),
    "a scope that is an object": a_token(scope={"skills:read": True}),
    "claims that come twice": raw(f'{PAIRS}, "sub": "root"'),
    "claims that come twice, spelled otherwise": raw(f'{PAIRS}, "s\\u0075b": "root"'),
    "lists in each other": nested(20),
    "lists in each other without an end": nested(5000),
    "a list": signed(RS256, b"[]"),
    "a text": signed(RS256, b'"sub"'),
    "no JSON": signed(RS256, b"sub"),
    "no text": signed(RS256, bytes([255, 254])),
    "JSON in UTF-16": signed(RS256, json.dumps(the_claims()).encode("utf-16")),
    "another token": signed({**RS256, "cty": "JWT"}, GOOD.encode()),
}


@pytest.fixture(scope="module")
def principals(tmp_path_factory):
    with closing(SqlitePrincipals(tmp_path_factory.mktemp("principals") / "catalog.sqlite", lambda: NOW)) as opened:
        yield opened


@pytest.fixture
def refusal(principals):
    """The fault of a token, which tells nothing of it, at a server with some settings."""

    def refused(token, **settings):
        trust = a_trust(**settings)
        keyring = Keyring(trust.issuer, "https://login.example.com/keys", lambda _: jwks())
        with pytest.raises(RefusedTokenError) as caught:
            TokenAuthenticator(trust, principals, keyring, lambda: NOW).authenticate(token)
        assert not token or token not in caught.value.message
        assert caught.value.message.isascii()
        return caught.value.fault

    return refused


@pytest.mark.parametrize("kind", NO_TOKENS)
def test_what_is_no_token_is_refused(refusal, kind):
    assert refusal(NO_TOKENS[kind]) is Fault.MALFORMED


@pytest.mark.parametrize("kind", ALGORITHMS)
def test_another_algorithm_is_refused(refusal, kind):
    assert refusal(ALGORITHMS[kind]) is Fault.ALGORITHM


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_that_the_issuer_does_not_have_is_refused(refusal, kind):
    assert refusal(KEYS[kind]) is Fault.UNKNOWN_KEY


@pytest.mark.parametrize("kind", SIGNATURES)
def test_a_signature_that_is_not_the_issuers_is_refused(refusal, kind):
    assert refusal(SIGNATURES[kind]) is Fault.SIGNATURE


@pytest.mark.parametrize("kind", ISSUERS)
def test_a_token_of_another_issuer_is_refused(refusal, kind):
    assert refusal(ISSUERS[kind]) is Fault.ISSUER


@pytest.mark.parametrize("kind", USES)
def test_another_kind_of_token_is_refused(refusal, kind):
    assert refusal(USES[kind]) is Fault.USE


@pytest.mark.parametrize("kind", AUDIENCES)
def test_a_token_for_another_resource_is_refused(refusal, kind):
    assert refusal(AUDIENCES[kind]) is Fault.AUDIENCE


@pytest.mark.parametrize("kind", TIMES)
def test_a_token_of_another_time_is_refused(refusal, kind):
    fault, token = TIMES[kind]

    assert refusal(token) is fault


@pytest.mark.parametrize("kind", MALFORMED)
def test_claims_that_are_not_what_they_should_be_are_refused(refusal, kind):
    assert refusal(MALFORMED[kind]) is Fault.MALFORMED


@pytest.mark.parametrize("said", [{"client_id": "other"}, {"client_id": None}, {"client_id": None, "azp": "other"}])
def test_a_token_of_a_client_that_is_not_named_is_refused(refusal, said):
    assert refusal(a_token(**said), client_ids=["editor"]) is Fault.CLIENT


def test_a_token_of_a_named_client_without_an_audience_must_say_that_it_is_an_access_token(refusal):
    assert refusal(a_token(aud=None), client_ids=["editor"]) is Fault.AUDIENCE


@pytest.mark.parametrize("said", ["other", "", None, f"{TENANT}\0", TENANT.upper(), f"{TENANT} other"])
def test_a_token_that_was_made_for_another_tenant_is_refused(refusal, said):
    assert refusal(a_token(tenant=said), tenant_claim="tenant") is Fault.TENANT


@pytest.mark.parametrize("said", [7, [TENANT, "other"], {TENANT: True}])
def test_a_token_whose_tenant_is_no_text_is_refused(refusal, said):
    assert refusal(a_token(tenant=said), tenant_claim="tenant") is Fault.MALFORMED


def test_a_token_of_one_tenants_issuer_is_refused_by_the_next(refusal):
    assert refusal(a_token(), issuer="https://login.example.com/other") is Fault.ISSUER


@pytest.mark.parametrize(
    "keys",
    [
        [ec_jwk(P384, "ec", "P-384")],
        [ec_jwk(P384, "ec", "P-256")],
        [ec_jwk(P384, "ec", "P-384", alg="ES256")],
        [{"kty": "oct", "kid": "ec", "k": encoded(PEM), "alg": "ES256"}],
    ],
)
def test_a_key_of_a_wrong_kind_is_no_key(principals, keys):
    keyring = Keyring(ISSUER, "https://login.example.com/keys", lambda _: jwks(rsa_jwk(), *keys))

    with pytest.raises(RefusedTokenError) as caught:
        TokenAuthenticator(a_trust(), principals, keyring, lambda: NOW).authenticate(by_key(ES256, P384))

    assert caught.value.fault is Fault.UNKNOWN_KEY


@pytest.mark.parametrize(
    "token", [GOOD, by_key(ES256, EC), a_token(aud=["https://other.example.com", f"{PUBLIC_URL}/mcp"])]
)
def test_tokens_that_were_given_out_for_this_server_are_taken(principals, token):
    keyring = Keyring(ISSUER, "https://login.example.com/keys", lambda _: jwks())

    recognised = TokenAuthenticator(a_trust(), principals, keyring, lambda: NOW).authenticate(token)

    assert recognised.caller.id == f"user:{ISSUER} {USER}"
