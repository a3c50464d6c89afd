"""The fast path answers as the SDK's server does: status, headers and JSON, for every kind of request, good and bad."""

import contextlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from mcp.server.runner import ServerRunner
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from starlette.applications import Starlette

from builders import skill_folder
from mcpskills_server.library import Library
from mcpskills_server.mcp import server
from mcpskills_server.mcp.endpoint import McpEndpoint
from mcpskills_server.mcp.fast.path import FastPath
from mcpskills_server.mcp.fast.rendering import _KINDS, wire
from mcpskills_server.mcp.notify import Notifications
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from mcpskills_server.telemetry.tally import Tally
from registry import Registry, opened

MODERN = MODERN_PROTOCOL_VERSIONS[-1]
VERSIONS = (*HANDSHAKE_PROTOCOL_VERSIONS, MODERN)
NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
HEADERS = {
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
    "host": "localhost:8000",
}
OPENING = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


@dataclass
class Request:
    body: bytes
    headers: Sequence[tuple[str, str]]


@dataclass
class Both:
    """The fast path and what is behind it; `passed_on` counts what the fast path did not answer itself."""

    replica: Replica
    behind: Starlette
    fast: FastPath = field(init=False)
    passed_on: int = 0

    def __post_init__(self) -> None:
        self.fast = FastPath(self.replica, ServerSettings(sessions="stateless"), self._counted, Tally())

    async def _counted(self, scope: Any, receive: Any, send: Any) -> None:
        self.passed_on += 1
        await self.behind(scope, receive, send)

    async def ask(self, request: Request) -> tuple[httpx2.Response, httpx2.Response, httpx2.Response]:
        """The answer of the SDK's server, the fast path's, and the fast path's once more."""
        return (
            await _post(self.behind, request),
            await _post(self.fast, request),
            await _post(self.fast, request),
        )


async def _post(app: Any, request: Request) -> httpx2.Response:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://localhost:8000") as http:
        return await http.post("/mcp", content=request.body, headers=list(request.headers))


def a_request(method: str, version: str, *, headers: dict[str, str | None] | None = None, **params: Any) -> Request:
    """As clients of that version send it; a header that is None is left out."""
    heads: dict[str, str | None] = {**HEADERS, "mcp-protocol-version": version}
    if version == MODERN:
        params["_meta"] = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/skills": {}}},
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            **params.get("_meta", {}),
        }
        heads |= {"mcp-method": method, "mcp-name": _header(params.get(NAMED.get(method, "")))}
    body = {"jsonrpc": "2.0", "id": 7, "method": method, **({"params": params} if params else {})}
    return Request(json.dumps(body).encode(), [(n, v) for n, v in (heads | (headers or {})).items() if v is not None])


def _header(value: object) -> str | None:
    return None if value is None else str(value)


def seen(response: httpx2.Response) -> tuple[int, dict[str, str], Any]:
    """What a client sees; the length of the body is not JSON's matter."""
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    assert int(response.headers.get("content-length", "0")) == len(response.content)
    return response.status_code, headers, json.loads(response.content) if response.content else None


def fill(registry: Registry) -> None:
    registry.publish("plain-one", description="Says nothing but this.")
    registry.publish_folder(skill_folder("pdf-forms", body="First.\n"))
    registry.publish_folder(
        skill_folder(
            "pdf-forms",
            body='Fill in $ARGUMENTS, über \u2028 and \U0001f600 "quotes" \\ $5.\n' * 20,
            extra='license: MIT\nmetadata:\n  tags: a, b\n  count: "1.10"\nx-odd: {deep: [1, 2.5, null, true]}\n',
            files={"scripts/fill in.py": "print(1)\n", "references/more.md": "More.\n", "assets/a.png": b"\x89PNG\xff"},
        )
    )
    registry.publish_folder(skill_folder("long-one", body="A line of text that is long.\n" * 1_500))
    registry.publish_folder(skill_folder("silent-one", extra="user-invocable: false\n"))
    for number in range(60):
        registry.publish(f"many-{number:02}")


@contextlib.asynccontextmanager
async def joined(registry: Registry) -> AsyncIterator[Both]:
    replica, settings = Replica(registry.source, 60), ServerSettings()
    await replica.refresh()
    endpoint = McpEndpoint(replica, Library(registry.source, 1024 * 1024), settings)
    async with endpoint.run():
        yield Both(replica, Starlette(routes=endpoint.routes))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """Read by all, and changed by none."""
    with opened(tmp_path_factory.mktemp("registry")) as made:
        fill(made)
        yield made


@pytest.fixture
async def both(filled: Registry) -> AsyncIterator[Both]:
    async with joined(filled) as made:
        yield made


HOT = [
    ("resources/read", {"uri": "skill://pdf-forms/SKILL.md"}),
    ("resources/read", {"uri": "skill://plain-one/SKILL.md"}),
    ("resources/read", {"uri": "skill://long-one/SKILL.md"}),
    ("skills/get", {"uri": "skill://pdf-forms/SKILL.md"}),
    ("skills/get", {"uri": "skill://plain-one/SKILL.md"}),
    ("prompts/get", {"name": "many-01"}),
    ("prompts/get", {"name": "plain-one", "arguments": {}}),
    ("tools/call", {"name": "load_skill", "arguments": {"name": "pdf-forms"}}),
    ("tools/call", {"name": "load_skill", "arguments": {"name": "plain-one"}}),
]
"""Answered from the first time on."""

KEPT = [
    ("prompts/get", {"name": "pdf-forms"}),
    ("tools/list", {}),
    ("prompts/list", {}),
    ("resources/list", {}),
    ("resources/templates/list", {}),
    ("skills/list", {}),
    ("resources/read", {"uri": "skill://v1/pdf-forms/SKILL.md"}),
    ("resources/read", {"uri": "skill://pdf-forms/scripts/fill%20in.py"}),
    ("resources/read", {"uri": "skill://pdf-forms/assets/a.png"}),
    ("resources/read", {"uri": "skill://pdf-forms/_manifest"}),
    ("skills/get", {"uri": "skill://v1/pdf-forms/SKILL.md"}),
    ("resources/directory/read", {"uri": "skill://pdf-forms"}),
    ("tools/call", {"name": "load_skill", "arguments": {"name": "long-one"}}),
    ("tools/call", {"name": "load_skill", "arguments": {"name": "pdf-forms", "version": 1}}),
    ("tools/call", {"name": "read_skill_file", "arguments": {"name": "pdf-forms", "path": "references/more.md"}}),
    ("tools/call", {"name": "search_skills", "arguments": {"query": "forms"}}),
    ("prompts/get", {"name": "pdf-forms", "arguments": {"arguments": "the form"}}),
]
"""Answered from the second time on."""

PASSED_ON = [
    ("resources/read", {"uri": "skill://nothing/SKILL.md"}),
    ("resources/read", {"uri": "skill://pdf-forms/../SKILL.md"}),
    ("resources/read", {"uri": 5}),
    ("resources/read", {}),
    ("skills/get", {"uri": "skill://pdf-forms/scripts/fill%20in.py"}),
    ("prompts/get", {"name": "silent-one"}),
    ("prompts/get", {"name": "pdf-forms", "arguments": {"arguments": 5}}),
    ("tools/call", {"name": "load_skill", "arguments": {"name": "pdf-form"}}),
    ("tools/call", {"name": "load_skill", "arguments": {"name": 5}}),
    ("tools/call", {"name": "load_skill"}),
    ("tools/call", {"name": "no_such_tool", "arguments": {}}),
    ("tools/call", {"arguments": {}}),
    ("skills/list", {"cursor": "nonsense"}),
    ("skills/list", {"cursor": 5}),
    ("resources/list", {"cursor": "x" * 1_000_000}),
    (
        "completion/complete",
        {"ref": {"type": "ref/prompt", "name": "pdf-forms"}, "argument": {"name": "a", "value": ""}},
    ),
    ("no/such/method", {}),
    ("resources/subscribe", {"uri": "skill://pdf-forms/SKILL.md"}),
    ("logging/setLevel", {"level": "debug"}),
]
"""Never answered by the fast path: errors, and what is rare."""


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "params"), HOT, ids=str)
async def test_a_hot_request_is_answered_at_once_as_the_sdk_does(both: Both, method: str, params: Any):
    for version in VERSIONS:
        reference, first, second = await both.ask(a_request(method, version, **params))

        assert reference.status_code == 200
        assert "result" in reference.json()
        assert seen(first) == seen(second) == seen(reference)
    assert both.passed_on == 0


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "params"), KEPT, ids=str)
async def test_a_result_of_the_sdk_is_given_again_from_memory(both: Both, method: str, params: Any):
    for version in VERSIONS:
        reference, first, second = await both.ask(a_request(method, version, **params))

        assert "result" in reference.json()
        assert seen(first) == seen(second) == seen(reference)
    assert both.passed_on == len(VERSIONS)


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "params"), PASSED_ON, ids=lambda value: str(value)[:60])
async def test_what_is_refused_is_refused_by_the_sdk(both: Both, method: str, params: Any):
    for version in VERSIONS:
        reference, first, second = await both.ask(a_request(method, version, **params))

        assert seen(first) == seen(second) == seen(reference)
    assert both.passed_on == 2 * len(VERSIONS)


@pytest.mark.anyio
async def test_the_handshake_is_answered_as_by_the_sdk(both: Both):
    for version in HANDSHAKE_PROTOCOL_VERSIONS:
        opening = {**OPENING, "protocolVersion": version}
        reference, first, second = await both.ask(a_request("initialize", version, **opening))

        assert reference.json()["result"]["protocolVersion"] == version
        assert seen(first) == seen(second) == seen(reference)
    assert both.passed_on == len(HANDSHAKE_PROTOCOL_VERSIONS)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "odd",
    [
        {"protocolVersion": "1999-01-01"},
        {"protocolVersion": 5},
        {"capabilities": {"sampling": 5}},
        {"clientInfo": {"name": "nameless"}},
        {"clientInfo": None},
        {"_meta": {}},
        {"more": 1},
    ],
    ids=str,
)
async def test_an_odd_handshake_is_left_to_the_sdk(both: Both, odd: Any):
    reference, first, second = await both.ask(a_request("initialize", "2025-06-18", **{**OPENING, **odd}))

    assert seen(first) == seen(second) == seen(reference)
    assert both.passed_on == 2


@pytest.mark.anyio
async def test_a_handshake_that_opens_a_session_is_never_given_from_memory(both: Both):
    both.fast = FastPath(both.replica, ServerSettings(sessions="stateful"), both._counted, Tally())

    for _ in range(2):
        await _post(both.fast, a_request("initialize", "2025-06-18", **OPENING))

    assert both.passed_on == 2


@pytest.mark.anyio
async def test_discovery_and_ping_are_answered_from_memory(both: Both):
    for request in (a_request("server/discover", MODERN), a_request("ping", "2025-11-25")):
        reference, first, second = await both.ask(request)
        assert seen(first) == seen(second) == seen(reference)

    assert both.passed_on == 2


READ = ("resources/read", MODERN)
AT = {"uri": "skill://pdf-forms/SKILL.md"}
ODD = {
    "another method in the header": a_request(*READ, **AT, headers={"mcp-method": "tools/list"}),
    "another name in the header": a_request(*READ, **AT, headers={"mcp-name": "skill://plain-one/SKILL.md"}),
    "an encoded name in the header": a_request(*READ, **AT, headers={"mcp-name": "=?base64?c2tpbGw=?="}),
    "no method in the header": a_request(*READ, **AT, headers={"mcp-method": None}),
    "a version nobody knows": a_request(*READ, **AT, headers={"mcp-protocol-version": "2030-01-01"}),
    "another version in the body": a_request(
        *READ, **AT, _meta={"io.modelcontextprotocol/protocolVersion": "2025-11-25"}
    ),
    "capabilities that are none": a_request(*READ, **AT, _meta={"io.modelcontextprotocol/clientCapabilities": 5}),
    "capabilities of the wrong kind": a_request(
        *READ, **AT, _meta={"io.modelcontextprotocol/clientCapabilities": {"sampling": 5}}
    ),
    "a client without a name": a_request(*READ, **AT, _meta={"io.modelcontextprotocol/clientInfo": {"version": "1"}}),
    "a foreign host": a_request(*READ, **AT, headers={"host": "evil.example"}),
    "no host": a_request(*READ, **AT, headers={"host": ""}),
    "a foreign origin": a_request(*READ, **AT, headers={"origin": "https://evil.example"}),
    "an origin of ours": a_request(*READ, **AT, headers={"origin": "http://localhost:8000"}),
    "text": a_request(*READ, **AT, headers={"content-type": "text/plain"}),
    "JSON with a charset": a_request(*READ, **AT, headers={"content-type": "application/json; charset=utf-8"}),
    "JSON alone accepted": a_request(*READ, **AT, headers={"accept": "application/json"}),
    "everything accepted": a_request(*READ, **AT, headers={"accept": "*/*"}),
    "types accepted that look alike": a_request(
        *READ, **AT, headers={"accept": "application/jsonp, text/event-streams"}
    ),
    "nothing accepted": a_request(*READ, **AT, headers={"accept": "text/html"}),
    "a session of somebody else": a_request(*READ, **AT, headers={"mcp-session-id": "foreign"}),
    "a parameter's header": a_request(*READ, **AT, headers={"mcp-param-x": "1"}),
    "a level of logging": a_request(*READ, **AT, _meta={"io.modelcontextprotocol/logLevel": "debug"}),
    "a progress token": a_request(*READ, **AT, _meta={"progressToken": "p"}),
    "no body": Request(b"", list(HEADERS.items())),
    "no JSON": Request(b"{", list(HEADERS.items())),
    "a batch": Request(b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', list(HEADERS.items())),
    "a notification": Request(b'{"jsonrpc":"2.0","method":"notifications/initialized"}', list(HEADERS.items())),
    "another JSON-RPC": Request(b'{"jsonrpc":"1.0","id":1,"method":"ping"}', list(HEADERS.items())),
    "an id that is null": Request(b'{"jsonrpc":"2.0","id":null,"method":"ping"}', list(HEADERS.items())),
    "an id that is a fraction": Request(b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', list(HEADERS.items())),
    "an id that is true": Request(b'{"jsonrpc":"2.0","id":true,"method":"ping"}', list(HEADERS.items())),
    "a huge id": Request(b'{"jsonrpc":"2.0","id":123456789012345678901234,"method":"ping"}', list(HEADERS.items())),
    "a text as id": Request(b'{"jsonrpc":"2.0","id":"a\\u00e9\\"","method":"ping"}', list(HEADERS.items())),
    "one more member": Request(b'{"jsonrpc":"2.0","id":1,"method":"ping","x":1}', list(HEADERS.items())),
    "a member twice": Request(b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', list(HEADERS.items())),
    "a lone surrogate": Request(
        b'{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"\\ud800"}}', list(HEADERS.items())
    ),
    "bytes that are no text": Request(b'{"jsonrpc":"2.0","id":"\xff","method":"ping"}', list(HEADERS.items())),
    "arguments that are no text": Request(
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"load_skill","arguments":{"name":"\xff"}}}',
        list(HEADERS.items()),
    ),
    "capabilities that are no text": Request(
        a_request(*READ, **AT).body.replace(b'{"extensions"', b'{"\xff": {}, "extensions"'),
        a_request(*READ, **AT).headers,
    ),
    "a number that is too large": Request(
        a_request(*READ, **AT).body.replace(b'{"extensions"', b'{"sampling": {"x": 1e999}, "extensions"'),
        a_request(*READ, **AT).headers,
    ),
    "deep JSON": Request(
        b'{"jsonrpc":"2.0","id":1,"method":"ping","params":' + b'{"a":' * 3_000 + b"1" + b"}" * 3_001,
        list(HEADERS.items()),
    ),
    "a version twice": Request(
        a_request(*READ, **AT).body, [*a_request(*READ, **AT).headers, ("mcp-method", "resources/read")]
    ),
    "metadata in the handshake era": a_request(
        "resources/read", "2025-06-18", **AT, _meta={"io.modelcontextprotocol/protocolVersion": MODERN}
    ),
    "a method's header in the handshake era": a_request("ping", "2025-06-18", headers={"mcp-method": "tools/list"}),
    "no version": a_request("ping", "2025-06-18", headers={"mcp-protocol-version": None}),
}


@pytest.mark.anyio
@pytest.mark.parametrize("request_", ODD.values(), ids=ODD.keys())
async def test_odd_requests_are_answered_as_by_the_sdk(both: Both, request_: Request):
    reference, first, second = await both.ask(request_)

    assert seen(first) == seen(second) == seen(reference)


class Part(dict[str, Any]):
    """A part of a body that counts how often it is looked at."""

    looks = 0

    def get(self, key: str, default: Any = None) -> Any:
        Part.looks += key == "body"
        return super().get(key, default)


@pytest.mark.anyio
async def test_a_body_in_a_thousand_parts_is_looked_at_no_oftener_than_in_one(both: Both):
    request = a_request("tools/call", "2025-11-25", name="load_skill", arguments={"name": "plain-one" + " " * 1_000})
    parts = [Part(type="http.request", body=bytes([byte]), more_body=True) for byte in request.body]
    parts.append(Part(type="http.request", body=b"", more_body=False))
    scope = {"type": "http", "method": "POST", "headers": [(n.encode(), v.encode()) for n, v in request.headers]}
    taken: list[bytes] = []

    async def body_behind(_: Any, receive: Any, __: Any) -> None:
        taken.extend([(await receive())["body"] for _ in range(len(parts))])

    async def no_answer(_: Any) -> None:
        raise AssertionError

    left = iter(parts)
    await FastPath(both.replica, ServerSettings(), body_behind, Tally())(scope, lambda: _coming(left), no_answer)

    assert b"".join(taken) == request.body
    assert Part.looks <= 3 * len(parts)


async def _coming(parts: Iterator[Any]) -> Any:
    return next(parts)


@pytest.mark.anyio
async def test_a_swap_changes_what_is_answered(registry: Registry):
    fill(registry)
    requests = [a_request("skills/list", MODERN), a_request(*READ, **AT)]
    async with joined(registry) as both:
        before = [await _post(both.fast, request) for request in (*requests, *requests)]

        registry.publish("aaa-first")
        registry.publish_folder(skill_folder("pdf-forms", body="Third.\n"))
        await both.replica.refresh()
        after = [await _post(both.fast, request) for request in (*requests, *requests)]
        reference = [await _post(both.behind, request) for request in (*requests, *requests)]

    assert [seen(answer) for answer in after] == [seen(answer) for answer in reference]
    assert seen(before[0]) != seen(after[0])
    assert "Third." in after[1].text


@pytest.mark.anyio
async def test_results_are_written_as_the_sdk_writes_them(both: Both):
    """Our writer stands in for the SDK's, so that a start need not import its server."""
    replica, settings = both.replica, ServerSettings()
    sdk = ServerRunner(server.build(replica, Library(None, 1), Notifications(), settings), None, None)  # type: ignore[arg-type]

    for kind in _KINDS.values():
        for version in VERSIONS:
            theirs = sdk._serialize(kind.method, version, kind.model())
            assert json.loads(wire(kind.method, version, kind.model())) == json.loads(json.dumps(theirs))


@pytest.mark.anyio
async def test_a_session_that_is_known_is_answered_at_its_own_version_and_others_are_passed_on(both: Both):
    versions = {"known": "2024-11-05"}
    both.fast = FastPath(both.replica, ServerSettings(sessions="stateful"), both._counted, Tally(), versions.get)
    known, agreed, foreign = (
        a_request("resources/read", version, headers={"mcp-session-id": session}, uri="skill://pdf-forms/SKILL.md")
        for version, session in (("2025-11-25", "known"), ("2024-11-05", "known"), ("2025-11-25", "foreign"))
    )

    answers = [seen(await _post(both.fast, request)) for request in (known, agreed)]
    answered_here = both.passed_on == 0
    await _post(both.fast, foreign)

    assert answered_here
    assert answers[0] == answers[1]
    assert both.passed_on == 1
