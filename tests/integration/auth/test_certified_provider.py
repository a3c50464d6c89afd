"""Tokens of a certified OpenID Connect provider, of which the server knows the name alone: which are taken, and which are not."""

from collections.abc import Iterator

import httpx2
import pytest
from mcp.shared.auth import OAuthClientInformationFull

from fleet_member import until
from guarded_server import Guarded, guarded
from key_builders import bearing
from registry import Registry
from signing_client import Kept, signed_in
from stand_ins.code_flow import CALLBACK
from stand_ins.identity_provider import CLIENT, IdentityProvider, Person, identity_provider, through_its_pages

PEOPLE = {"grace": Person(("makers",)), "ida": Person(("makers",), seconds=1)}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    at = tmp_path_factory.mktemp("provider")
    with identity_provider(at, people=PEOPLE, scopes=["skills:read", "skills:run"]) as started:
        yield started


@pytest.fixture
def server(registry: Registry, provider: IdentityProvider) -> Iterator[Guarded]:
    """One that goes by roles alone, and takes what was made for the client as well."""
    registry.publish()
    trust = {"audiences": [CLIENT], "roles": {"makers": "developer"}, "scopes": "ignored", "leeway_seconds": 0}
    with guarded(registry, issuer=provider.url, **trust) as made:
        yield made


def me(server: Guarded, token: str) -> httpx2.Response:
    return server.http.get("/admin/me", headers=bearing(token))


def test_the_access_token_for_this_server_is_taken_with_the_groups_in_it(server: Guarded, provider: IdentityProvider):
    token = provider.sign_in("grace", "openid", "skills:read", resource=server.endpoint)["access_token"]

    who = me(server, token).json()

    assert (who["id"], who["roles"], who["groups"]) == (f"user:{provider.url} grace", ["developer"], ["makers"])


def test_an_id_token_is_refused_though_nothing_in_it_says_that_it_is_one(server: Guarded, provider: IdentityProvider):
    bare = provider.sign_in("grace", "openid", "profile")
    answers = [me(server, bare["id_token"])]
    answers.append(me(server, provider.sign_in("grace", "openid", "profile", nonce="n")["id_token"]))

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["detail"] for answer in answers} == {
        "Expected an access token, and this is another kind of token."
    }


def test_a_token_that_is_for_another_resource_or_for_the_provider_itself_is_refused(
    server: Guarded, provider: IdentityProvider
):
    other = provider.sign_in("grace", "openid", "skills:read", resource="https://other.example.com/mcp")
    opaque = provider.sign_in("grace", "openid", "profile")

    said = [me(server, tokens["access_token"]) for tokens in (other, opaque)]

    assert [answer.status_code for answer in said] == [401, 401]
    assert said[0].json()["detail"] == "The token was made for another resource than this server."
    assert said[1].json()["detail"].startswith("Expected an API key, or a signed token")


def test_a_token_that_ran_out_is_refused(server: Guarded, provider: IdentityProvider):
    token = provider.sign_in("ida", "openid", "skills:read", resource=server.endpoint)["access_token"]

    until(lambda: me(server, token).status_code == httpx2.codes.UNAUTHORIZED, lambda: me(server, token).text)

    assert me(server, token).json()["detail"] == "The token has expired."


@pytest.mark.anyio
async def test_an_mcp_client_signs_a_person_in(server: Guarded, provider: IdentityProvider):
    known = OAuthClientInformationFull(client_id=CLIENT, redirect_uris=[CALLBACK], token_endpoint_auth_method="none")

    async def person(address: str) -> str:
        return through_its_pages(address, "grace")

    async with signed_in(server.endpoint, person, Kept(known)) as client:
        result = await client.call_tool("load_skill", {"name": "pdf-forms"})

    assert not result.is_error
