"""The official client signs in by itself: from the first refusal over the metadata to a token, and the call that it is for."""

import httpx2
import pytest
from mcp.shared.auth import OAuthClientInformationFull

from guarded_server import Guarded, guarded
from registry import Registry
from signing_client import Kept, signed_in
from stand_ins.authorization_server import AuthorizationServer
from stand_ins.aws_server import AwsServer
from stand_ins.code_flow import CALLBACK
from stand_ins.cognito import READ, RUN, Pool, consent, make_pool

pytestmark = pytest.mark.anyio


async def agree(address: str) -> str:
    async with httpx2.AsyncClient(timeout=30) as browser:
        return (await browser.get(address)).headers["location"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_that_knows_nothing_but_the_address_registers_signs_in_and_calls(
    server: Guarded, issuer: AuthorizationServer, mode: str
):
    kept = Kept()

    async with signed_in(server.endpoint, agree, kept, mode=mode) as client:
        result = await client.call_tool("load_skill", {"name": "pdf-forms"})

    assert not result.is_error
    assert (kept.client.issuer, len(issuer.clients)) == (issuer.issuer, 1)


async def test_the_client_asks_for_the_scopes_and_the_resource_that_the_server_names(
    server: Guarded, issuer: AuthorizationServer
):
    async with signed_in(server.endpoint, agree, Kept()) as client:
        await client.list_tools()

    [asked] = issuer.asked
    assert (asked.scopes, asked.resource) == (["skills:read", "skills:run"], server.endpoint)


async def test_a_client_goes_on_with_the_token_that_it_kept(server: Guarded, issuer: AuthorizationServer):
    kept = Kept()
    for _ in range(2):
        async with signed_in(server.endpoint, agree, kept) as client:
            await client.list_tools()

    assert (len(issuer.asked), len(kept.tokens)) == (1, 1)


async def test_a_client_whose_token_is_not_taken_any_more_gets_another(server: Guarded, issuer: AuthorizationServer):
    kept = Kept()
    async with signed_in(server.endpoint, agree, kept) as client:
        await client.list_tools()
    kept.tokens[-1].access_token = issuer.token(resource=server.endpoint, exp=1)

    async with signed_in(server.endpoint, agree, kept) as client:
        await client.list_tools()

    assert (len(issuer.asked), len(issuer.clients)) == (2, 1)


class OfAws(httpx2.AsyncHTTPTransport):
    """Finds a pool, which is on loopback, by the address that it has on AWS, as the resolver of a test would."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._of = pool

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.host == httpx2.URL(self._of.issuer).host:
            place = httpx2.URL(self._of.url)
            request.url = request.url.copy_with(scheme=place.scheme, host=place.host, port=place.port)
            request.headers["host"] = place.netloc.decode()
        return await super().handle_async_request(request)


@pytest.fixture(scope="module")
def pool(ministack: AwsServer) -> Pool:
    made = make_pool(ministack)
    made.person("grace", "makers")
    return made


async def test_a_client_signs_a_person_in_at_cognito(registry: Registry, pool: Pool):
    registry.publish()
    client_id = pool.public_client([READ, RUN])
    known = OAuthClientInformationFull(client_id=client_id, redirect_uris=[CALLBACK], token_endpoint_auth_method="none")
    settings = {"jwks_url": pool.jwks_url, "client_ids": [client_id], "scope_prefix": "skills/"}

    async def person(address: str) -> str:
        return consent(address, "grace")

    with guarded(registry, issuer=pool.issuer, roles={"makers": "developer"}, **settings) as server:
        async with signed_in(server.endpoint, person, Kept(known), transport=OfAws(pool)) as client:
            result = await client.call_tool("load_skill", {"name": "pdf-forms"})

    assert not result.is_error
