"""Who is let in: callers with a key, from wherever; others where the settings say so, and nobody else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalog_builders import TENANT
from fleet_member import until
from gated_server import MCP, PING, Gated, gated
from key_builders import bearing
from mcpskills.access import Role
from mcpskills.api_key import WholeKey
from mcpskills.errors import InvalidInputError
from mcpskills_server.auth.anonymous import let_in
from mcpskills_server.auth.refusals import unknown
from mcpskills_server.settings import ServerSettings
from principal_builders import ADA
from registry import Registry

READ = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "skill://pdf-forms/SKILL.md"}}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
CLOSED = (
    "/mcp",
    "/mcp/",
    "/mcp/sse",
    "/admin/skills",
    "/info",
    "/metrics",
    "/openapi.json",
    "/",
    "/nothing",
    "//health",
)
OPEN = ("/health", "/ready")


@pytest.fixture
def server(registry: Registry) -> Iterator[Gated]:
    registry.publish()
    with gated(registry) as made:
        yield made


@pytest.mark.parametrize("path", CLOSED)
def test_who_says_nothing_of_who_they_are_is_refused_wherever_they_ask(server: Gated, path: str):
    answer = server.http.get(path)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="Open MCP Skills"')


@pytest.mark.parametrize("path", OPEN)
def test_anybody_may_ask_how_the_server_is(server: Gated, path: str):
    said = {"authorization": "Basic of-somebody-else"}

    assert [server.http.get(path, headers=each).status_code for each in ({}, said)] == [200, 200]


def test_anybody_may_ask_what_is_well_known(server: Gated):
    assert server.http.get("/.well-known/nothing").status_code == 404


def test_refusals_are_told_in_json_rpc_where_mcp_is_spoken_and_as_problems_elsewhere(server: Gated):
    mcp, admin = server.ping(), server.http.get("/admin/skills")

    assert mcp.headers["content-type"] == "application/json"
    assert mcp.json()["error"]["message"].startswith("Say who calls: send an API key")
    assert admin.headers["content-type"] == "application/problem+json"
    assert (admin.json()["status"], admin.json()["instance"]) == (401, "/admin/skills")


def test_a_key_opens_everything_in_either_header(server: Gated):
    key = server.key()

    for said in (bearing(key), {"x-api-key": key.text}, {**bearing(key), "x-api-key": key.text}):
        assert server.http.post("/mcp", json=PING, headers={**MCP, **said}).json()["result"] == {}
        assert server.http.get("/admin/skills", headers=said).status_code == 200
        assert server.http.get("/info", headers=said).status_code == 200


def test_who_has_a_key_may_call_from_elsewhere_what_others_may_on_this_machine_only(server: Gated):
    elsewhere = {"x-forwarded-for": "192.0.2.7"}

    assert server.http.get("/admin/skills", headers={**elsewhere, **bearing(server.key())}).status_code == 200


def test_a_key_that_is_not_good_is_refused_in_the_same_words_whatever_is_wrong_with_it(server: Gated):
    never, other, strange = WholeKey.make(TENANT), WholeKey.make("other"), WholeKey.make(TENANT)
    revoked, expired = server.key(), server.key(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    server.principals.revoke_key(TENANT, revoked.id, "lost", ADA)
    known = server.principals.key(TENANT, server.key().id)
    server.principals.add_key(replace(known, id=strange.id, revision=0), ADA)

    answers = [server.ping(key) for key in (never, other, strange, revoked, expired)]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["www-authenticate"] for answer in answers} == {
        'Bearer realm="Open MCP Skills", error="invalid_token"'
    }
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize("said", ["oms_default_short", "something-else", "Bearer"])
def test_what_is_no_key_is_refused_and_not_repeated(server: Gated, said: str):
    answer = server.ping(said)

    assert answer.status_code == 401
    assert said not in answer.json()["error"]["message"]


def test_a_typo_in_a_key_is_refused(server: Gated):
    text = server.key().text

    answer = server.ping(text[:-1] + ("a" if text[-1] != "a" else "b"))

    assert answer.status_code == 401
    assert answer.json()["error"]["message"].startswith("What was sent is no API key of this server")


def test_two_different_keys_are_one_too_many(server: Gated):
    headers = {**MCP, **bearing(server.key()), "x-api-key": server.key().text}

    mcp = server.http.post("/mcp", json=PING, headers=headers)
    admin = server.http.get("/admin/skills", headers=headers)

    assert (mcp.status_code, mcp.json()["error"]["code"]) == (400, -32020)
    assert (admin.status_code, admin.json()["type"]) == (400, "urn:mcpskills:problem:bad-request")


def test_a_key_without_the_scope_of_mcp_is_refused_whatever_it_asks_there(server: Gated):
    key = server.key()
    known = server.principals.key(TENANT, key.id)
    server.principals.change_key(replace(known, scopes=frozenset({"audit:read"})), ADA)

    answer = server.ping(key)

    assert answer.status_code == 403
    assert answer.headers["www-authenticate"].endswith('error="insufficient_scope", scope="skills:read"')
    assert answer.json()["error"]["message"].startswith("This needs the scope skills:read")
    assert server.http.get("/admin/audit", headers=bearing(key)).status_code == 200


def test_what_is_denied_to_somebody_known_is_in_the_trail(registry: Registry, server: Gated):
    viewer, revoked = server.key(Role.VIEWER), server.key()
    server.principals.revoke_key(TENANT, revoked.id, "lost", ADA)
    said = {"x-request-id": "req-1"}

    server.http.get("/admin/keys", headers={**bearing(viewer), **said})
    server.http.get("/admin/skills", headers={**bearing(revoked), **said})
    server.http.get("/admin/skills", headers={**bearing(WholeKey.make(TENANT)), **said})

    def denied():
        return [entry for entry in registry.catalog.audit(TENANT, 5) if entry.action == "denied"]

    until(lambda: len(denied()) == 2, lambda: str(denied()))
    whence = {"source": "127.0.0.1", "request": "req-1"}
    of_revoked, of_viewer = denied()
    assert (of_viewer.actor, of_revoked.actor) == ("Ada's viewer", f"key:{revoked.id}")
    assert of_viewer.detail == whence | {
        "caller": f"key:{viewer.id}",
        "what": "GET /admin/keys",
        "status": 403,
        "reason": "This needs the scope users:read, which your credential does not have.",
    }
    assert of_revoked.detail == whence | {"what": "GET /admin/skills", "status": 401, "reason": unknown().message}


def test_attempts_of_nobody_known_and_too_many_of_somebody_are_summed_up_in_the_trail(registry: Registry):
    registry.publish()
    with gated(registry, plan="one", plans={"one": {"per_minute": 1, "per_hour": None}}) as server:
        key = server.key(Role.VIEWER)
        for _ in range(3):
            server.ping()
        for _ in range(4):
            server.ping(key)

    denied = [entry for entry in registry.catalog.audit(TENANT, 20) if entry.action == "denied"]
    told = {(entry.actor, entry.detail["status"], entry.detail["attempts"]) for entry in denied}
    assert told == {("unknown", 401, 3), ("Ada's viewer", 429, 3)}
    assert {entry.detail["source"] for entry in denied} == {"127.0.0.1"}


def test_a_key_that_was_made_with_the_earlier_pepper_is_good(registry: Registry):
    registry.publish()
    with gated(registry, key_pepper="o" * 32) as server:
        key = server.key()

    with gated(registry, key_pepper="n" * 32, key_pepper_earlier="o" * 32) as server:
        both = server.ping(key).status_code
    with gated(registry, key_pepper="n" * 32) as server:
        without = server.ping(key).status_code

    assert (both, without) == (200, 401)


def test_a_key_that_was_revoked_or_ran_out_is_refused_and_a_new_one_is_good(server: Gated):
    revoked, expiring = server.key(), server.key()
    assert [server.ping(key).status_code for key in (revoked, expiring)] == [200, 200]

    server.principals.revoke_key(TENANT, revoked.id, "lost", ADA)
    server.principals.change_key(
        replace(server.principals.key(TENANT, expiring.id), expires_at=datetime.now(UTC) + timedelta(seconds=2)), ADA
    )

    server.until_status(401, revoked)
    server.until_status(401, expiring)
    assert server.ping(server.key()).status_code == 200


def test_that_a_key_is_used_is_noted(server: Gated):
    key = server.key()
    server.ping(key)

    until(lambda: server.principals.key(TENANT, key.id).last_used_at is not None, lambda: "no use was noted")


def test_known_callers_go_on_while_the_store_is_away_and_others_are_asked_to_come_again(server: Gated):
    known, other = server.key(), server.key()
    server.until_heard()
    assert server.ping(known).status_code == 200
    server.principals.close()

    refused = server.ping(other)

    assert server.ping(known).status_code == 200
    assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
    assert "sqlite" not in refused.text


def test_without_grace_nobody_is_known_while_the_store_is_away(registry: Registry):
    registry.publish()
    with gated(registry, key_grace_seconds=0) as server:
        key = server.key()
        assert server.ping(key).status_code == 200

        server.principals.close()

        assert server.ping(key).status_code == 503


def test_callers_without_a_key_are_what_the_settings_make_them(registry: Registry):
    registry.publish()
    with gated(registry, anonymous=Role.VIEWER) as server:
        assert server.ping().status_code == 200
        assert server.ping("oms_default_wrong").status_code == 401
        assert server.http.get("/admin/skills", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 403


def test_a_session_is_its_principals_own(registry: Registry):
    registry.publish()
    with gated(registry, sessions="stateful") as server:
        ada, eve = server.key(), server.key()
        opened = server.http.post("/mcp", json=INITIALIZE, headers={**MCP, **bearing(ada)})
        said = {**MCP, "mcp-session-id": opened.headers["mcp-session-id"]}
        # Twice, because the second one may be answered from what is known by then.
        asked = [
            server.http.post("/mcp", json=READ, headers={**said, **bearing(key)}).status_code
            for key in (ada, eve, ada, eve)
        ]
        ended = server.http.delete("/mcp", headers={**said, **bearing(eve)}).status_code
        streamed = server.http.get("/mcp", headers={**said, **bearing(eve)}).status_code

    assert (asked, ended, streamed) == ([200, 404, 200, 404], 404, 404)


LISTEN = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "subscriptions/listen",
    "params": {
        "notifications": {"toolsListChanged": True, "resourcesListChanged": True},
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        },
    },
}
LISTENING = {**MCP, "mcp-protocol-version": "2026-07-28", "mcp-method": "subscriptions/listen"}


def test_streams_end_when_the_key_that_opened_them_is_revoked(registry: Registry):
    registry.publish()
    with gated(registry, sessions="stateful") as server:
        key, other = server.key(), server.key()
        opened = server.http.post("/mcp", json=INITIALIZE, headers={**MCP, **bearing(key)})
        said = {**MCP, **bearing(key), "mcp-session-id": opened.headers["mcp-session-id"]}
        with (
            server.http.stream("GET", "/mcp", headers=said) as stream,
            server.http.stream("POST", "/mcp", headers={**LISTENING, **bearing(key)}, json=LISTEN) as listening,
            server.http.stream("POST", "/mcp", headers={**LISTENING, **bearing(other)}, json=LISTEN) as others,
        ):
            kinds = {each.headers["content-type"].partition(";")[0] for each in (stream, listening, others)}
            server.principals.revoke_key(TENANT, key.id, "lost", ADA)

            ended = [each.read() for each in (stream, listening)]
            registry.publish("another-one")
            server.http.post("/admin/skills/reload-all", headers=bearing(other))
            told = next(line for line in others.iter_lines() if "list_changed" in line)

    assert kinds == {"text/event-stream"}
    assert [b"list_changed" in each for each in ended] == [False, False]
    assert "list_changed" in told


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.VIEWER])
def test_who_is_reached_by_other_machines_lets_nobody_do_more_than_read_without_a_key(role: Role):
    with pytest.raises(InvalidInputError, match="MCPSKILLS_ANONYMOUS: expected viewer or nothing"):
        let_in(ServerSettings(host="0.0.0.0", anonymous=role))


def test_who_is_reached_by_other_machines_may_let_everybody_read():
    caller = let_in(ServerSettings(host="0.0.0.0", anonymous=Role.VIEWER))

    assert caller is not None
    assert caller.roles == {"viewer"}


def test_many_who_come_with_one_new_key_at_once_are_all_answered(server: Gated):
    key = server.key()

    with ThreadPoolExecutor(16) as threads:
        statuses = set(threads.map(lambda _: server.ping(key).status_code, range(64)))

    assert statuses == {200}
