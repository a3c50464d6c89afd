"""What refusals tell clients, and which settings make sense together."""

import json

import pytest

from mcpskills.access import Scope
from mcpskills.errors import InvalidInputError
from mcpskills_server.auth import protected_resource
from mcpskills_server.auth.tokens.trust import trust
from mcpskills_server.settings import ServerSettings
from token_builders import ISSUER, PUBLIC_URL

METADATA = f'resource_metadata="{PUBLIC_URL}/.well-known/oauth-protected-resource/mcp"'


def settings(**said):
    return ServerSettings(**{"public_url": PUBLIC_URL, "oidc_issuer": ISSUER, **said})


def challenge(*arguments, **said):
    scope = {"type": "http"}
    protected_resource.note(scope, protected_resource.resource(settings(**said)))
    return protected_resource.challenge(scope, *arguments)


def test_without_an_issuer_nobody_is_invited_to_sign_in():
    assert protected_resource.resource(ServerSettings(public_url=PUBLIC_URL)) is None
    assert protected_resource.challenge({}, "invalid_token", "It expired.") == (
        'Bearer realm="Open MCP Skills", error="invalid_token"'
    )


def test_who_sends_nothing_is_told_where_to_get_a_token_and_of_no_error():
    assert challenge() == f'Bearer realm="Open MCP Skills", scope="skills:read skills:run", {METADATA}'


def test_who_sends_a_token_that_is_not_taken_is_told_why():
    assert challenge("invalid_token", "The token has expired.") == (
        'Bearer realm="Open MCP Skills", error="invalid_token", error_description="The token has expired.", '
        f'scope="skills:read skills:run", {METADATA}'
    )


def test_who_lacks_a_scope_is_told_which_in_the_spelling_of_the_issuer():
    said = challenge("insufficient_scope", "", [Scope.USERS_WRITE], oidc_scope_prefix="skills/")

    assert said == f'Bearer realm="Open MCP Skills", error="insufficient_scope", scope="skills/users:write", {METADATA}'


def test_an_issuer_without_our_scopes_is_asked_for_what_every_issuer_has():
    resource = protected_resource.resource(settings(oidc_scopes="ignored"))

    assert json.loads(resource.metadata())["scopes_supported"] == ["openid"]


@pytest.mark.parametrize("odd", ['say "hello"', "back\\slash", "line\r\nSet-Cookie: a=b", "tab\t", "é", "\x7f"])
def test_nothing_breaks_out_of_a_header(odd):
    said = challenge("invalid_token", odd)

    assert said.isascii()
    assert said.isprintable()
    assert said.count('"') == 10
    assert "\\" not in said


@pytest.mark.parametrize(
    "url", [PUBLIC_URL, f"{PUBLIC_URL}/", "http://127.0.0.1:8000", "https://gateway.example.com/skills/"]
)
def test_the_endpoint_stands_below_the_public_url(url):
    resource = protected_resource.resource(settings(public_url=url))

    assert resource.endpoint == f"{url.rstrip('/')}/mcp"


@pytest.mark.parametrize(
    "url",
    [
        None,
        f"{PUBLIC_URL}/mcp",
        f"{PUBLIC_URL}/mcp/",
        f"{PUBLIC_URL}?a=b",
        "http://skills.example.com",
        "skills.example.com",
    ],
)
def test_another_public_url_is_refused_at_the_start(url):
    with pytest.raises(InvalidInputError, match="MCPSKILLS_PUBLIC_URL: "):
        protected_resource.resource(settings(public_url=url))


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"oidc_issuer": "http://login.example.com/pool"}, "MCPSKILLS_OIDC_ISSUER: "),
        ({"oidc_issuer": "eu-central-1_EXAMPLE"}, "MCPSKILLS_OIDC_ISSUER: "),
        ({"oidc_jwks_url": "http://login.example.com/keys"}, "MCPSKILLS_OIDC_JWKS_URL: "),
        ({"oidc_jwks_url": "file:///etc/keys.json"}, "MCPSKILLS_OIDC_JWKS_URL: "),
    ],
)
def test_an_issuer_that_could_be_read_along_or_no_url_is_refused_at_the_start(said, named):
    read = settings(**said)

    with pytest.raises(InvalidInputError, match=named):
        trust(read, protected_resource.resource(read))


@pytest.mark.parametrize(
    ("said", "loopback"),
    [
        ({}, False),
        ({"oidc_jwks_url": "http://127.0.0.1:4566/keys"}, True),
        ({"oidc_issuer": "http://localhost:8080/realm"}, True),
        ({"oidc_issuer": "http://localhost:8080/realm", "oidc_jwks_url": f"{ISSUER}/keys"}, False),
    ],
)
def test_this_machine_is_asked_only_where_the_settings_name_it(said, loopback):
    read = settings(**said)

    assert trust(read, protected_resource.resource(read)).reach.loopback is loopback
