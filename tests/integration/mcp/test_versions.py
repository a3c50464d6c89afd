"""Which methods each version of the protocol has, over plain HTTP, as the requirements list them."""

import httpx2
import pytest

from builders import skill_folder
from integration.mcp.conftest import serving
from mcpskills_server.mcp.server import INSTRUCTIONS

pytestmark = pytest.mark.anyio

PRESENT = "2026-07-28"
HANDSHAKE = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
SKILL = "skill://pdf-forms/SKILL.md"
TEMPLATE = {"type": "ref/resource", "uri": "skill://{name}/{+path}"}

SHARED = {
    "tools/list": {},
    "tools/call": {"name": "load_skill", "arguments": {"name": "pdf-forms"}},
    "prompts/list": {},
    "prompts/get": {"name": "pdf-forms"},
    "resources/list": {},
    "resources/templates/list": {},
    "resources/read": {"uri": SKILL},
    "resources/directory/read": {"uri": "skill://pdf-forms"},
    "completion/complete": {"ref": TEMPLATE, "argument": {"name": "name", "value": "pd"}},
    "skills/list": {},
    "skills/get": {"uri": SKILL},
}
ONLY_HANDSHAKE = {"ping": {}}
ONLY_IN_SESSIONS = {
    "logging/setLevel": {"level": "warning"},
    "resources/subscribe": {"uri": SKILL},
    "resources/unsubscribe": {"uri": SKILL},
}
ONLY_PRESENT = {"server/discover": {}}
LISTEN = {"subscriptions/listen": {"notifications": {}}}

KEPT_MS = {
    "tools/list": 300_000,
    "resources/templates/list": 300_000,
    "server/discover": 300_000,
    "prompts/list": 1_000,
    "resources/list": 1_000,
    "resources/read": 1_000,
    "resources/directory/read": 1_000,
    "skills/list": 1_000,
    "skills/get": 1_000,
}
LISTINGS = {"skills/list", "resources/list", "prompts/list"}


class Speaker:
    """Sends requests as a client of one version does, without an SDK that would check them first."""

    def __init__(self, url, version):
        self._url = url
        self._version = version
        self._http = httpx2.AsyncClient(headers={"Accept": "application/json, text/event-stream"})
        self._session = {}

    async def __aenter__(self):
        await self._http.__aenter__()
        if self._version in HANDSHAKE:
            greeted = await self.initialize(self._version)
            self._session = {"Mcp-Session-Id": greeted.headers.get("mcp-session-id", "of-a-gateway")}
            await self._post({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return self

    async def __aexit__(self, *raised):
        await self._http.__aexit__(*raised)

    async def initialize(self, version):
        params = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
        return await self._http.post(self._url, json=message)

    async def ask(self, method, params):
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        if self._version in HANDSHAKE:
            return await self._post(message)
        envelope = {
            "io.modelcontextprotocol/protocolVersion": self._version,
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        named = params.get("name", params.get("uri"))
        headers = {"Mcp-Method": method, **({"Mcp-Name": named} if named else {})}
        return await self._post({**message, "params": {**params, "_meta": envelope}}, headers)

    async def _post(self, message, headers=None):
        spoken = {"MCP-Protocol-Version": self._version, **self._session, **(headers or {})}
        return await self._http.post(self._url, json=message, headers=spoken)


@pytest.fixture(params=["stateless", "stateful"])
def sessions(request):
    return request.param


@pytest.fixture
async def served(registry, sessions):
    registry.publish_folder(skill_folder(files={"references/fields.md": "# Fields\n"}))
    async with serving(registry, sessions=sessions) as running:
        yield running


@pytest.mark.parametrize("version", HANDSHAKE)
async def test_a_version_of_the_handshake_era_has_its_methods_and_no_others(served, sessions, version):
    with_sessions, without = (ONLY_IN_SESSIONS, {}) if sessions == "stateful" else ({}, ONLY_IN_SESSIONS)
    async with Speaker(served.url, version) as speaker:
        present = {**SHARED, **ONLY_HANDSHAKE, **with_sessions}
        known = {method: await speaker.ask(method, params) for method, params in present.items()}
        absent = {**ONLY_PRESENT, **LISTEN, **without}
        unknown = {method: await speaker.ask(method, params) for method, params in absent.items()}

    assert {method: answer.status_code for method, answer in known.items()} == dict.fromkeys(known, 200)
    assert [method for method, answer in known.items() if "result" not in answer.json()] == []
    assert [answer.json()["error"]["code"] for answer in unknown.values()] == [-32601] * len(unknown)


async def test_the_present_version_has_its_methods_and_no_others(served):
    async with Speaker(served.url, PRESENT) as speaker:
        present = {**SHARED, **ONLY_PRESENT}
        known = {method: await speaker.ask(method, params) for method, params in present.items()}
        absent = {**ONLY_HANDSHAKE, **ONLY_IN_SESSIONS, "initialize": {}, "tasks/get": {"taskId": "1"}}
        unknown = {method: await speaker.ask(method, params) for method, params in absent.items()}

    assert {method: answer.status_code for method, answer in known.items()} == dict.fromkeys(known, 200)
    assert {answer.json()["result"]["resultType"] for answer in known.values()} == {"complete"}
    assert {method: answer.status_code for method, answer in unknown.items()} == dict.fromkeys(unknown, 404)
    assert {answer.json()["error"]["code"] for answer in unknown.values()} == {-32601}


async def test_every_answer_that_may_be_kept_says_how_long_and_by_whom(served):
    async with Speaker(served.url, PRESENT) as speaker:
        answers = {method: await speaker.ask(method, {**SHARED, **ONLY_PRESENT}[method]) for method in KEPT_MS}

    kept = {method: answer.json()["result"] for method, answer in answers.items()}
    assert {method: result["ttlMs"] for method, result in kept.items()} == KEPT_MS
    assert {method for method, result in kept.items() if result["cacheScope"] != "public"} == LISTINGS


@pytest.mark.parametrize("version", ["1999-01-01", "2099-01-01", PRESENT, "latest", ""])
async def test_who_offers_an_unknown_version_in_the_handshake_is_answered_with_the_latest(served, version):
    async with Speaker(served.url, "2025-11-25") as speaker:
        greeted = await speaker.initialize(version)

    assert greeted.status_code == 200
    assert greeted.json()["result"]["protocolVersion"] == "2025-11-25"


@pytest.mark.parametrize("version", ["1999-01-01", "2099-01-01", "latest"])
async def test_who_speaks_an_unknown_version_is_told_which_there_are(served, version):
    async with Speaker(served.url, version) as speaker:
        answer = await speaker.ask("tools/list", {})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == -32022
    assert PRESENT in answer.json()["error"]["data"]["supported"]


@pytest.mark.parametrize("version", HANDSHAKE)
async def test_the_handshake_announces_what_is_there(served, sessions, version):
    async with Speaker(served.url, version) as speaker:
        told = (await speaker.initialize(version)).json()["result"]

    assert told["protocolVersion"] == version
    assert set(told["capabilities"]) - {"completions", "extensions", "prompts", "resources", "tools"} == (
        {"logging"} if sessions == "stateful" else set()
    )
    assert told["capabilities"]["extensions"] == {"io.modelcontextprotocol/skills": {"directoryRead": True}}
    assert not told["capabilities"]["tools"]["listChanged"]
    assert told["instructions"] == INSTRUCTIONS


async def test_discovery_announces_what_is_there(served):
    async with Speaker(served.url, PRESENT) as speaker:
        told = (await speaker.ask("server/discover", {})).json()["result"]

    assert told["capabilities"] == {
        "completions": {},
        "extensions": {"io.modelcontextprotocol/skills": {"directoryRead": True}},
        "prompts": {"listChanged": True},
        "resources": {"listChanged": True, "subscribe": True},
        "tools": {"listChanged": False},
    }
    assert PRESENT in told["supportedVersions"]
    assert told["instructions"] == INSTRUCTIONS


@pytest.mark.parametrize("level", ["loud", 7, None])
async def test_a_level_that_is_none_is_refused(registry, level):
    async with serving(registry, sessions="stateful") as served, Speaker(served.url, "2025-11-25") as speaker:
        answer = await speaker.ask("logging/setLevel", {"level": level})

    assert answer.json()["error"]["code"] == -32602


def test_the_instructions_fit_what_clients_read_of_them():
    assert len(INSTRUCTIONS) <= 512
    steps = [INSTRUCTIONS.index(tool) for tool in ("search_skills", "load_skill", "read_skill_file")]
    assert steps == sorted(steps)
