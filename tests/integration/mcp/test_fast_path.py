"""The fast path answers as the SDK's server does: status, headers and JSON, for every kind of request, good and bad."""

import json
from dataclasses import replace
from typing import Any

import pytest
from mcp.server.runner import ServerRunner
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from builders import skill_folder
from catalog_builders import TENANT
from integration.mcp.fast_and_sdk import (
    ANYBODY,
    AT,
    MODERN,
    OPENING,
    READ,
    VERSIONS,
    Both,
    a_request,
    fill,
    joined,
    post,
    seen,
)
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills_server.library import Library
from mcpskills_server.mcp import server
from mcpskills_server.mcp.fast.path import FastPath
from mcpskills_server.mcp.fast.rendering import _KINDS, wire
from mcpskills_server.mcp.notify import Notifications
from mcpskills_server.mcp.sessions import Shared
from mcpskills_server.settings import ServerSettings
from mcpskills_server.telemetry.tally import Tally
from registry import Registry

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
@pytest.mark.parametrize("version", HANDSHAKE_PROTOCOL_VERSIONS)
async def test_a_handshake_that_is_given_from_memory_opens_a_session_as_the_sdks_does(registry: Registry, version: str):
    opening = a_request("initialize", version, **{**OPENING, "protocolVersion": version})
    async with joined(registry, Shared(InProcessSessions(), registry.signals, TENANT)) as both:
        answers = await both.ask(opening)
        sessions = [answer.headers.pop("mcp-session-id") for answer in answers]
        pings = [a_request("ping", version, headers={"mcp-session-id": session}) for session in (*sessions, "none")]
        known = [(await post(both.behind, ping)).status_code for ping in pings]

    assert seen(answers[0]) == seen(answers[1]) == seen(answers[2])
    assert len(set(sessions)) == 3
    assert known == [200, 200, 200, 404]


@pytest.mark.anyio
async def test_what_a_client_says_of_itself_is_looked_at_when_its_handshake_is_given_from_memory(registry: Registry):
    opening = a_request("initialize", "2025-06-18", **OPENING)
    odd = a_request(
        "initialize", "2025-06-18", **{**OPENING, "capabilities": {"experimental": {"a": {"b": [{}] * 200}}}}
    )
    async with joined(registry, Shared(InProcessSessions(), registry.signals, TENANT)) as both:
        await both.ask(opening)

        reference, first, second = await both.ask(odd)

    assert seen(first) == seen(second) == seen(reference)
    assert (second.status_code, "mcp-session-id" in second.headers) == (400, False)


@pytest.mark.anyio
async def test_discovery_and_ping_are_answered_from_memory(both: Both):
    for request in (a_request("server/discover", MODERN), a_request("ping", "2025-11-25")):
        reference, first, second = await both.ask(request)
        assert seen(first) == seen(second) == seen(reference)

    assert both.passed_on == 2


@pytest.mark.anyio
async def test_a_swap_changes_what_is_answered(registry: Registry):
    fill(registry)
    requests = [a_request("skills/list", MODERN), a_request(*READ, **AT)]
    async with joined(registry) as both:
        before = [await post(both.fast, request) for request in (*requests, *requests)]

        registry.publish("aaa-first")
        registry.publish_folder(skill_folder("pdf-forms", body="Third.\n"))
        await both.replica.refresh()
        after = [await post(both.fast, request) for request in (*requests, *requests)]
        reference = [await post(both.behind, request) for request in (*requests, *requests)]

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
    versions = {("known", "anonymous"): "2024-11-05"}
    both.fast = FastPath(
        both.replica, ServerSettings(sessions="stateful"), both._counted, Tally(), lambda *named: versions.get(named)
    )
    known, agreed, foreign = (
        a_request("resources/read", version, headers={"mcp-session-id": session}, uri="skill://pdf-forms/SKILL.md")
        for version, session in (("2025-11-25", "known"), ("2024-11-05", "known"), ("2025-11-25", "foreign"))
    )

    answers = [seen(await post(both.fast, request)) for request in (known, agreed)]
    answered_here = both.passed_on == 0
    await post(both.fast, foreign)
    await post(both.fast, known, replace(ANYBODY, id="key:other"))

    assert answered_here
    assert answers[0] == answers[1]
    assert both.passed_on == 2
