"""Every request to `/mcp` leaves one record, whichever part of the server answers it."""

import pytest

from key_builders import bearing
from recorded_server import ERAS, MODERN, Recorded, ask, principal

LOAD = {"name": "load_skill", "arguments": {"name": "pdf-forms"}}
AT = "skill://pdf-forms/SKILL.md"


@pytest.mark.parametrize("version", ERAS)
def test_a_request_that_is_answered_at_once_is_recorded_with_all_that_it_was(server: Recorded, version: str):
    key = server.key()
    http = server.http
    http.headers["user-agent"] = "a client/1.0"

    ask(http, key, "tools/call", version=version, **LOAD)

    [row] = server.until_logged(1, principal=principal(key))
    told = {name: row[name] for name in ("skill", "version", "method", "status", "session", "user_agent", "error")}
    assert told == {
        "skill": "pdf-forms",
        "version": 2,
        "method": "tools/call",
        "status": "SUCCESS",
        "session": None,
        "user_agent": "a client/1.0",
        "error": None,
    }
    assert row["client_address"] == "127.0.0.1"
    assert 0 < row["duration_ms"] < 10_000
    whole = server.detail(row)
    assert '"name":"load_skill","arguments":{"name":"pdf-forms"}' in whole["parameters"]
    assert "Fill in." in whole["result"]


@pytest.mark.parametrize(
    ("method", "params", "about"),
    [
        ("resources/read", {"uri": AT}, ("pdf-forms", 2)),
        ("resources/read", {"uri": "skill://v1/pdf-forms/SKILL.md"}, ("pdf-forms", 1)),
        ("skills/get", {"uri": AT}, ("pdf-forms", 2)),
        ("prompts/get", {"name": "pdf-forms"}, ("pdf-forms", 2)),
        ("tools/call", {"name": "load_skill", "arguments": {"name": "pdf-forms", "version": 1}}, ("pdf-forms", 1)),
        (
            "tools/call",
            {"name": "read_skill_file", "arguments": {"name": "pdf-forms", "path": "references/more.md"}},
            ("pdf-forms", 2),
        ),
        ("tools/call", {"name": "search_skills", "arguments": {"query": "forms"}}, (None, None)),
        ("skills/list", {}, (None, None)),
        (
            "completion/complete",
            {"ref": {"type": "ref/prompt", "name": "pdf-forms"}, "argument": {"name": "a", "value": ""}},
            ("pdf-forms", None),
        ),
    ],
    ids=str,
)
def test_a_record_says_which_version_of_which_skill_it_is_about(
    server: Recorded, method: str, params: dict, about: tuple
):
    key = server.key()

    # The first is answered by the SDK's server, at the latest the third from memory.
    for _ in range(3):
        assert "result" in ask(server.http, key, method, **params).json()

    rows = server.until_logged(3, principal=principal(key))
    assert {(row["skill"], row["version"]) for row in rows} == {about}
    assert {(row["method"], row["status"]) for row in rows} == {(method, "SUCCESS")}


@pytest.mark.parametrize(
    ("method", "params", "skill", "error"),
    [
        ("resources/read", {"uri": "skill://nothing-here/SKILL.md"}, "nothing-here", "nothing-here"),
        ("tools/call", {"name": "load_skill", "arguments": {"name": "nothing-here"}}, "nothing-here", "nothing-here"),
        ("tools/call", {"name": "load_skill", "arguments": {"name": 5}}, None, "These arguments do not fit"),
        ("tools/call", {"name": "no_such_tool", "arguments": {}}, None, "Unknown tool"),
        ("no/such/method", {}, None, "Method not found"),
    ],
    ids=str,
)
def test_what_fails_is_an_error_with_what_its_caller_was_told(
    server: Recorded, method: str, params: dict, skill: str | None, error: str
):
    key = server.key()

    ask(server.http, key, method, **params)

    [row] = server.until_logged(1, principal=principal(key))
    assert (row["method"], row["status"], row["skill"]) == (method, "ERROR", skill)
    assert error in row["error"]


def test_a_session_is_recorded_from_its_opening_to_its_end(server: Recorded):
    key = server.key()
    opening = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    answer = ask(server.http, key, "initialize", version="2025-06-18", **opening)
    session = answer.headers["mcp-session-id"]
    heads = {**bearing(key), "mcp-session-id": session, "mcp-protocol-version": "2025-06-18"}
    told = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    http = server.http

    accepts = {"accept": "application/json, text/event-stream"}
    assert http.post("/mcp", json=told, headers={**heads, **accepts}).status_code == 202
    http.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"}, headers={**heads, **accepts})
    with http.stream("GET", "/mcp", headers={**heads, "accept": "text/event-stream"}) as stream:
        next(stream.iter_lines())
    http.delete("/mcp", headers=heads)

    rows = server.until_logged(4, session=session)
    assert sorted((row["method"], row["status"]) for row in rows) == [
        ("DELETE", "SUCCESS"),
        ("GET", "SUCCESS"),
        ("initialize", "SUCCESS"),
        ("ping", "SUCCESS"),
    ]


def test_who_is_not_let_in_is_recorded_without_what_they_said(server: Recorded):
    ask(server.http, "oms_default_000000000000_made-up", "skills/get", uri=AT)

    [row] = server.until_logged(1, text="no api key of this server")
    assert (row["principal"], row["status"], row["method"]) == (None, "ERROR", "skills/get")
    assert "no API key of this server" in row["error"]
    assert server.detail(row)["parameters"] is None


def test_who_lacks_a_scope_is_recorded_with_the_reason(server: Recorded):
    key = server.key(scopes=["audit:read"])

    assert ask(server.http, key, "tools/list", version=MODERN).status_code == 403

    [row] = server.until_logged(1, principal=principal(key))
    assert (row["method"], row["status"]) == ("tools/list", "ERROR")
    assert "skills:read" in row["error"]
