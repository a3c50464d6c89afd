"""Sessions of the handshake era on two replicas: whichever a client reaches, it is known there."""

import asyncio
import json

import pytest
from mcp_types import RequestParams

from catalog_builders import TENANT
from integration.mcp.conftest import WAIT_SECONDS, serving
from integration.mcp.sessions import PING, caller, in_process, in_valkey, initialize, pair, request
from mcpskills.errors import UnavailableError
from mcpskills.session import SessionKey, SessionLimits, SessionState
from mcpskills_server.mcp.sessions import Shared
from registry import Registry
from stand_ins.processes import free_port
from stand_ins.valkey import Valkey

pytestmark = pytest.mark.anyio


def key_of(client):
    return SessionKey(TENANT, client.headers["Mcp-Session-Id"], None)


async def test_a_session_opened_on_one_replica_is_served_and_closed_by_another(replicas, client):
    one, other = replicas.one.url, replicas.other.url
    await client.open(one)

    statuses = [(await client.post(url, PING)).status_code for url in (one, other)]
    closed = await client.delete(other)
    after = await client.post(other, PING)

    assert (statuses, closed.status_code, after.status_code) == ([200, 200], 200, 404)
    assert after.json()["error"]["message"] == "There is no such session: initialize again."


async def test_a_session_that_was_closed_elsewhere_is_unknown_within_a_moment(replicas, client):
    await client.open(replicas.one.url)
    await client.post(replicas.other.url, PING)

    await client.delete(replicas.one.url)

    async with asyncio.timeout(WAIT_SECONDS):
        while (await client.post(replicas.other.url, PING)).status_code != 404:
            pass


async def test_what_the_client_said_of_itself_is_kept(replicas, client, shared):
    await client.open(replicas.one.url, "2025-06-18", capabilities={"sampling": {}})

    kept = shared[1].store.find(key_of(client))

    assert (kept.protocol_version, kept.state) == ("2025-06-18", SessionState.ACTIVE)
    assert (kept.client_info, kept.client_capabilities) == ({"name": "test", "version": "1"}, {"sampling": {}})
    assert kept.generation == 1


async def test_the_version_that_was_agreed_on_counts_where_a_request_names_none(replicas, client):
    async def version(ctx, _):
        return {"version": ctx.protocol_version}

    server = replicas.other.endpoint.server
    server.add_request_handler("test/version", RequestParams, version)
    opened = await client.open(replicas.one.url, "2024-11-05")

    answer = await client.post(replicas.other.url, request("test/version"))

    assert opened.json()["result"]["protocolVersion"] == "2024-11-05"
    assert answer.json()["result"] == {"version": "2024-11-05"}


async def test_subscriptions_through_either_replica_are_kept_together(replicas, client, shared):
    await client.open(replicas.one.url)

    await client.post(replicas.one.url, request("resources/subscribe", uri="skill://a/SKILL.md"))
    await client.post(replicas.other.url, request("resources/subscribe", uri="skill://b/SKILL.md"))
    await client.post(replicas.one.url, request("resources/unsubscribe", uri="skill://a/SKILL.md"))
    await client.post(replicas.other.url, request("logging/setLevel", level="warning"))

    kept = shared[0].store.find(key_of(client))
    assert (kept.subscriptions, kept.log_level) == (frozenset({"skill://b/SKILL.md"}), "warning")


async def test_a_known_session_answers_at_once_which_version_it_has(replicas, client):
    await client.open(replicas.one.url, "2025-03-26")
    reception = replicas.one.endpoint.reception
    identifier = client.headers["Mcp-Session-Id"]

    known = [reception.known(identifier, None), reception.known(identifier, "key:eve"), reception.known("none", None)]
    elsewhere = replicas.other.endpoint.reception.known(identifier, None)

    assert known == ["2025-03-26", None, None]
    assert elsewhere is None


async def test_requests_without_a_session_are_answered_without_one(replicas, client):
    ping = await client.post(replicas.one.url, PING)
    subscribed = await client.post(replicas.one.url, request("resources/subscribe", uri="skill://a/SKILL.md"))

    assert ping.json()["result"] == {}
    assert "This needs a session" in subscribed.json()["error"]["message"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_streams_and_closing_need_a_session(replicas, client, method):
    answer = await client.http.request(method, replicas.one.url)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("identifier", ["nobodys", "x" * 200, "a b", "../etc"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
async def test_an_id_that_is_unknown_or_impossible_is_answered_404(replicas, client, method, identifier):
    headers = {"Mcp-Session-Id": identifier}

    answer = await client.http.request(
        method, replicas.one.url, headers=headers, json=PING if method == "POST" else None
    )

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, -32600)


async def test_initialize_with_an_id_that_is_gone_opens_a_new_session(replicas, client):
    client.headers["Mcp-Session-Id"] = "of-yesterday"

    answer = await client.open(replicas.one.url)

    assert answer.status_code == 200
    assert answer.headers["mcp-session-id"] != "of-yesterday"


async def test_initialize_that_is_refused_opens_nothing(replicas, client):
    answer = await client.http.post(replicas.one.url, json=request("initialize", protocolVersion=7))

    assert "mcp-session-id" not in answer.headers
    assert answer.json()["error"]["code"] == -32602


@pytest.mark.parametrize("much", ["z" * 40_000, [[]] * 1_000], ids=["long", "many"])
async def test_a_client_that_says_too_much_of_what_it_can_is_told_so(replicas, client, much):
    capabilities = {"experimental": {"x": {"y": much}}}

    answer = await client.http.post(replicas.one.url, json=initialize(capabilities=capabilities))

    assert answer.status_code == 400
    assert "capabilities have at most 4,096 bytes and 100 objects" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"jsonrpc":"2.0","id":1,"method":"\xff"}',
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\xff"}}',
        json.dumps(initialize(capabilities={"sampling": {"x": "huge"}})).replace('"huge"', "1e999").encode(),
    ],
    ids=["a method", "a tool", "a capability"],
)
async def test_what_a_client_says_that_cannot_be_read_is_refused_as_such(replicas, client, body):
    await client.open(replicas.one.url)

    headers = {**client.headers, "Content-Type": "application/json"}
    answer = await client.http.post(replicas.one.url, content=body, headers=headers)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in {-32600, -32700}


async def test_a_client_may_show_a_picture_of_itself_and_it_is_not_kept(replicas, client, shared):
    icon = {"src": "data:image/png;base64," + "A" * 100_000}
    info = {"name": "n" * 1_000, "title": "Ada's", "version": "1", "icons": [icon]}

    answer = await client.open(replicas.one.url, clientInfo=info)

    assert answer.status_code == 200
    assert shared[0].store.find(key_of(client)).client_info == {"name": "n" * 200, "title": "Ada's", "version": "1"}


async def test_another_principal_does_not_find_the_session(registry, shared, client):
    async with pair(
        registry, shared, principal=lambda scope: dict(scope["headers"]).get(b"x-caller", b"").decode()
    ) as both:
        client.headers["X-Caller"] = "ada"
        await client.open(both.one.url)
        asked = [client.post(url, PING, **{"X-Caller": "eve"}) for url in (both.one.url, both.other.url)]
        stolen = [(await answer).status_code for answer in asked]
        closed = await client.http.delete(both.one.url, headers={**client.headers, "X-Caller": "eve"})
        kept = await client.post(both.other.url, PING)

    assert (stolen, closed.status_code, kept.status_code) == ([404, 404], 404, 200)


async def test_the_present_era_needs_no_session_and_gets_none(replicas):
    async with replicas.one.client() as client:
        assert client.protocol_version == "2026-07-28"


async def test_a_full_store_leaves_a_client_without_a_session_and_served(registry, client):
    with in_process(SessionLimits(most=1)) as shared:
        async with pair(registry, shared) as both, caller() as late:
            await client.open(both.one.url)
            answer = await late.http.post(both.other.url, json=initialize())
            ping = await late.post(both.other.url, PING)

    assert "mcp-session-id" not in answer.headers
    assert (answer.status_code, ping.status_code) == (200, 200)


async def test_without_a_store_that_answers_clients_are_served_without_sessions(registry, client, tmp_path):
    nowhere = Valkey("127.0.0.1", free_port())
    with in_valkey(nowhere, tmp_path) as shared:
        async with serving(registry, shared=shared[0]) as alone:
            opened = await client.http.post(alone.url, json=initialize())
            client.headers["Mcp-Session-Id"] = "opened-before"
            ping = await client.post(alone.url, PING)
            stream = await client.http.get(alone.url, headers=client.headers)

    assert (opened.status_code, ping.status_code) == (200, 200)
    assert (stream.status_code, stream.headers["retry-after"]) == (503, "1")


async def test_a_session_that_is_known_outlives_its_store(registry: Registry, client):
    with in_process() as (whole, _):
        flaky = Flaky(whole.store)
        async with serving(registry, shared=Shared(flaky, whole.signals, TENANT)) as alone:
            await client.open(alone.url)
            alone.endpoint.reception._book._clock = lambda: 1e9
            flaky.lost = True
            ping = await client.post(alone.url, PING)

    assert ping.status_code == 200


class Flaky:
    """Sessions that cannot be reached once they are lost."""

    def __init__(self, store):
        self._store = store
        self.lost = False

    def __getattr__(self, name):
        if self.lost:
            raise UnavailableError("lost")
        return getattr(self._store, name)
