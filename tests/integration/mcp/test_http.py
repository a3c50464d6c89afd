"""`/mcp` over HTTP: methods, hosts, origins, readiness, and bodies that are always JSON."""

import json
import logging

import httpx2
import pytest

from integration.mcp.conftest import serving

pytestmark = pytest.mark.anyio

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
PING = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
HEADERS = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
async def http():
    async with httpx2.AsyncClient(headers=HEADERS) as client:
        yield client


async def test_both_spellings_of_the_path_answer_without_redirect(served, http):
    answers = [await http.post(url, json=INITIALIZE) for url in (served.url, served.url + "/")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["result"]["serverInfo"]["name"] == "open-mcp-skills"


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
async def test_every_version_of_the_handshake_era_is_spoken(served, http, version):
    hello = {**INITIALIZE, "params": {**INITIALIZE["params"], "protocolVersion": version}}

    answer = await http.post(served.url, json=hello)

    assert answer.json()["result"]["protocolVersion"] == version


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
async def test_without_sessions_only_post_is_allowed(served, http, method, version):
    answer = await http.request(method, served.url, headers={"MCP-Protocol-Version": version})

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["error"]["message"] == "Expected POST."


async def test_without_sessions_a_foreign_session_id_is_ignored(served, http):
    answer = await http.post(served.url, json=PING, headers={"Mcp-Session-Id": "of-a-gateway"})

    assert answer.status_code == 200
    assert "mcp-session-id" not in answer.headers


async def test_with_sessions_a_session_opens_and_closes(registry, http):
    async with serving(registry, sessions="stateful") as served:
        opened = await http.post(served.url, json=INITIALIZE)
        session = {"Mcp-Session-Id": opened.headers["mcp-session-id"]}
        answers = [
            await http.post(served.url, json=PING, headers=session),
            await http.put(served.url, headers=session),
            await http.delete(served.url, headers=session),
            await http.post(served.url, json=PING, headers=session),
        ]

    assert [answer.status_code for answer in answers] == [200, 405, 200, 404]


async def test_json_alone_may_be_accepted(served, http):
    answer = await http.post(served.url, json=INITIALIZE, headers={"Accept": "application/json"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Host": "evil.example"}, (421, "MCPSKILLS_ALLOWED_HOSTS")),
        ({"Host": "localhost.evil.example:80"}, (421, "MCPSKILLS_ALLOWED_HOSTS")),
        ({"Origin": "http://evil.example"}, (403, "MCPSKILLS_ALLOWED_ORIGINS")),
        ({"Origin": "null"}, (403, "MCPSKILLS_ALLOWED_ORIGINS")),
        ({"Accept": "text/html"}, (406, "application/json")),
        ({"Content-Type": "text/plain"}, (415, "application/json")),
    ],
)
@pytest.mark.parametrize("era", [{}, {"MCP-Protocol-Version": "2026-07-28"}], ids=["handshake", "present"])
async def test_a_request_that_is_refused_is_told_why_in_json(served, http, era, headers, expected):
    answer = await http.post(served.url, json=PING, headers={**era, **headers})

    status, words = expected
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["jsonrpc"] == "2.0"
    assert words in answer.json()["error"]["message"]


async def test_a_body_above_the_limit_is_refused_in_json(served, http):
    answer = await http.post(served.url, content=b"x" * (5 * 1024 * 1024), headers={"Content-Type": "application/json"})

    assert answer.status_code == 413
    assert answer.json()["error"]["message"] == "The request's body is too large."


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 20_000, b'{"jsonrpc": "2.0"}'])
@pytest.mark.parametrize("era", [{}, {"MCP-Protocol-Version": "2026-07-28"}], ids=["handshake", "present"])
async def test_a_body_that_is_no_message_is_a_client_error_in_json(served, http, body, era):
    answer = await http.post(served.url, content=body, headers={**era, "Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] < 0


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:80", "localhost"])
async def test_loopback_names_are_answered_on_every_port(served, http, host):
    answer = await http.post(served.url, json=INITIALIZE, headers={"Host": host, "Origin": f"http://{host}"})

    assert answer.status_code == 200


async def test_listed_hosts_and_origins_are_answered(registry, http):
    settings = {"allowed_hosts": ("skills.example.org",), "allowed_origins": ("https://app.example.org",)}

    async with serving(registry, **settings) as served:
        statuses = [
            (await http.post(served.url, json=INITIALIZE, headers=headers)).status_code
            for headers in (
                {"Host": "skills.example.org"},
                {"Host": "skills.example.org:8443", "Origin": "https://skills.example.org:8443"},
                {"Host": "skills.example.org", "Origin": "https://app.example.org"},
                {"Host": "other.example.org"},
            )
        ]

    assert statuses == [200, 200, 200, 421]


async def test_a_star_answers_to_every_host(registry, http):
    async with serving(registry, allowed_hosts=("*",)) as served:
        answer = await http.post(served.url, json=INITIALIZE, headers={"Host": "anything.example"})

    assert answer.status_code == 200


async def test_every_request_is_put_off_until_the_first_snapshot(registry, http):
    registry.publish()

    async with serving(registry, ready=False) as served:
        early = await http.post(served.url, json=INITIALIZE)
        await served.replica.refresh()
        late = await http.post(served.url, json=INITIALIZE)

    assert early.status_code == 503
    assert early.headers["retry-after"] == "1"
    assert early.json()["error"]["message"].startswith("The first snapshot")
    assert late.status_code == 200


async def test_a_lone_surrogate_in_a_uri_is_a_client_error(served, http):
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "skill://pdf-forms/\\ud800"}}'

    answer = await http.post(served.url, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in {200, 400}
    assert answer.json()["error"]["code"] in {-32602, -32700}


@pytest.mark.parametrize("arguments", [{"\ud800": 1}, {"name": "\ud800"}, {"\ud800": None, "name": "pdf-from"}])
async def test_a_lone_surrogate_in_arguments_is_told_to_the_model(served, http, arguments):
    envelope = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {"name": "load_skill", "arguments": arguments, "_meta": envelope}
    headers = {"MCP-Protocol-Version": "2026-07-28", "MCP-Method": "tools/call", "MCP-Name": "load_skill"}

    answer = await http.post(
        served.url,
        content=json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}),
        headers={**headers, "Content-Type": "application/json"},
    )

    assert answer.json()["result"]["isError"]


async def test_requests_without_session_leave_no_noise_in_the_log(served, http, caplog):
    caplog.set_level(logging.INFO, logger="mcp")

    await http.post(served.url, json=INITIALIZE)

    assert [record.message for record in caplog.records if record.name.startswith("mcp.")] == []
