"""Which tenant a credential names, whatever it is worth."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills import tenant as tenants
from mcpskills.api_key import WholeKey
from mcpskills.errors import InvalidInputError
from mcpskills_server import naming
from mcpskills_server.naming import Naming
from mcpskills_server.settings import ServerSettings


def token(**claims: object) -> bytes:
    said = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    return b".".join((b"e30", said, b"signature"))


@given(st.from_regex(tenants.PATTERN, fullmatch=True))
def test_an_api_key_names_its_tenant(name: str):
    assert Naming().tenant(WholeKey.make(name).text.encode()) == name


def test_a_token_names_it_in_the_claim_that_the_settings_name():
    told = Naming(claim="tenant", issuers={"https://login.example.org": "globex"})

    assert told.tenant(token(tenant="acme", iss="https://login.example.org")) == "acme"
    assert told.tenant(token(iss="https://login.example.org")) is None


def test_without_a_claim_whoever_trusts_the_issuer_is_meant():
    told = Naming(issuers={"https://login.example.org": "globex"})

    assert told.tenant(token(iss="https://login.example.org", tenant="acme")) == "globex"
    assert told.tenant(token(iss="https://elsewhere.example.org")) is None


@pytest.mark.parametrize("claims", [{"tenant": 7}, {"tenant": ["acme"]}, {"tenant": None}, {}])
def test_a_claim_that_is_no_text_names_nobody(claims: dict[str, object]):
    assert Naming(claim="tenant").tenant(token(**claims)) is None


def test_an_address_is_of_the_tenant_that_has_it_alone():
    urls = {"acme": "https://Acme.example:443", "globex": "http://globex.example:8000/skills", "initech": None}
    common = {"one": "https://common.example", "other": "https://common.example"}
    told = naming.of({name: ServerSettings(tenant=name, public_url=url) for name, url in (urls | common).items()})

    asked = [b"acme.example", b"ACME.example", b"globex.example:8000", b"globex.example", b"common.example", b""]
    named = [told.host([(b"accept", b"*/*"), (b"host", host)]) for host in asked]

    assert named == ["acme", "acme", "globex", None, None, None]
    assert told.host([(b"host", b"acme.example"), (b"host", b"acme.example")]) is None


@given(st.binary(max_size=200))
def test_whatever_is_sent_names_somebody_or_nobody(credential: bytes):
    assert isinstance(Naming(claim="tenant").tenant(credential), str | None)


@given(st.binary(max_size=200))
def test_whatever_stands_in_a_token_names_somebody_or_nobody(said: bytes):
    assert isinstance(
        Naming(claim="tenant").tenant(b".".join((b"e30", base64.urlsafe_b64encode(said), b"x"))), str | None
    )


def test_where_several_trust_one_issuer_a_claim_must_tell_them_apart():
    shared = {"tenant": "acme", "oidc_issuer": "https://login.example.org", "tenants": {"acme": {}, "globex": {}}}

    with pytest.raises(InvalidInputError, match="MCPSKILLS_OIDC_TENANT_CLAIM"):
        naming.of(ServerSettings(**shared).each())

    told = naming.of(ServerSettings(**shared, oidc_tenant_claim="tenant").each())
    assert told.tenant(token(iss="https://login.example.org", tenant="globex")) == "globex"


def test_issuers_of_their_own_tell_tenants_apart():
    entries = {name: {"oidc_issuer": f"https://login.{name}.example"} for name in ("acme", "globex")}

    told = naming.of(ServerSettings(tenant="acme", tenants=entries).each())

    assert told.tenant(token(iss="https://login.globex.example")) == "globex"
