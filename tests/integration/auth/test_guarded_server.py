"""A server that takes tokens: what everybody may see of it, whom it lets in, and what happens when its issuer is gone."""

import json
from dataclasses import replace

import httpx2
import pytest

from catalog_builders import TENANT
from fleet_member import until
from guarded_server import Guarded, guarded
from key_builders import bearing, keep_key
from mcpskills.adapters import backends
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills.audit import AuditEntry
from mcpskills.errors import InvalidInputError
from mcpskills.validation.policy import Policy
from mcpskills_server import app
from mcpskills_server.folder_source import FolderSource
from mcpskills_server.settings import ServerSettings
from principal_builders import ADA, a_user
from registry import Registry
from stand_ins.authorization_server import SUBJECT, AuthorizationServer, authorization_server
from token_builders import STRANGER, rsa_jwk

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
MCP = {
    "accept": "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": "2025-06-18",
}
PROBES = (
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/mcp",
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/mcp",
    "/.well-known/oauth-protected-resource/other",
    "/.well-known/oauth-protected-resource/mcp/sse",
    "/.well-known/",
)


def ping(server: Guarded, token: str | None = None) -> httpx2.Response:
    return server.http.post("/mcp", json=PING, headers=MCP if token is None else {**MCP, **bearing(token)})


def good(issuer: AuthorizationServer, server: Guarded, **claims: object) -> str:
    return issuer.token(resource=server.endpoint, **{"scope": "skills:read", **claims})


@pytest.mark.parametrize("path", ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"])
def test_everybody_may_read_where_to_sign_in(server: Guarded, issuer: AuthorizationServer, path: str):
    answer = server.http.get(path, headers=bearing("not a token"))

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {
        "resource": server.endpoint,
        "authorization_servers": [issuer.issuer],
        "scopes_supported": ["skills:read", "skills:run"],
        "bearer_methods_supported": ["header"],
        "resource_name": "Open MCP Skills",
    }


@pytest.mark.parametrize("path", PROBES)
def test_other_places_where_clients_look_say_in_json_that_there_is_nothing(server: Guarded, path: str):
    answer = server.http.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert json.loads(answer.content)["status"] == 404


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/mcp"), ("GET", "/mcp"), ("GET", "/mcp/sse"), ("GET", "/admin/skills")]
)
def test_who_sends_no_token_is_told_where_to_get_one(server: Guarded, method: str, path: str):
    answer = server.http.request(method, path)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == (
        'Bearer realm="Open MCP Skills", scope="skills:read skills:run", '
        f'resource_metadata="{server.url}/.well-known/oauth-protected-resource/mcp"'
    )


def test_a_token_lets_a_caller_in_and_one_that_is_over_does_not(server: Guarded, issuer: AuthorizationServer):
    let_in, refused = ping(server, good(issuer, server)), ping(server, good(issuer, server, exp=1))

    assert (let_in.status_code, refused.status_code) == (200, 401)
    assert 'error="invalid_token", error_description="The token has expired."' in refused.headers["www-authenticate"]
    assert refused.json()["error"]["message"] == "The token has expired."


def test_tokens_that_ran_out_shut_nobody_out_behind_the_same_address(registry: Registry, issuer: AuthorizationServer):
    registry.publish()
    with guarded(registry, issuer=issuer.issuer, default_role="viewer", failures=2) as server:
        expired = {ping(server, good(issuer, server, exp=1, jti=jti)).status_code for jti in "abc"}
        let_in = ping(server, good(issuer, server)).status_code
        guessed = [ping(server, good(issuer, server, jti=jti)[:-1]).status_code for jti in "abc"]

    assert (expired, let_in, guessed) == ({401}, 200, [401, 401, 429])


@pytest.mark.parametrize("where", ["access_token", "token", "authorization"])
def test_a_token_in_an_address_or_a_cookie_is_not_looked_at(server: Guarded, issuer: AuthorizationServer, where: str):
    token = good(issuer, server)

    answer = server.http.post("/mcp", params={where: token}, json=PING, headers={**MCP, "cookie": f"{where}={token}"})

    assert answer.status_code == 401


def test_a_user_who_was_disabled_is_refused_though_their_token_is_good(server: Guarded, issuer: AuthorizationServer):
    token = good(issuer, server)
    assert ping(server, token).status_code == 200

    server.principals.put_user(replace(a_user(SUBJECT, issuer=issuer.issuer), disabled=True), ADA)

    until(lambda: ping(server, token).status_code == 401, lambda: ping(server, token).text)


def test_a_token_that_is_not_taken_is_a_denied_attempt_of_whom_it_names(
    server: Guarded, issuer: AuthorizationServer, registry: Registry
):
    ping(server, good(issuer, server, exp=1))
    ping(server, good(issuer, server)[:-8])

    def denied() -> list[AuditEntry]:
        return [entry for entry in registry.catalog.audit(TENANT, 5) if entry.action == "denied"]

    until(denied, lambda: str(registry.catalog.audit(TENANT, 5)))
    [entry] = denied()
    assert entry.actor == f"user:{issuer.issuer} {SUBJECT}"
    assert (entry.detail["what"], entry.detail["reason"]) == ("POST /mcp", "The token has expired.")


def test_when_a_user_called_last_is_noted(server: Guarded, issuer: AuthorizationServer):
    server.principals.put_user(a_user(SUBJECT, issuer=issuer.issuer), ADA)

    assert ping(server, good(issuer, server)).status_code == 200

    until(
        lambda: server.principals.user(TENANT, issuer.issuer, SUBJECT).last_used_at is not None,
        lambda: str(server.principals.user(TENANT, issuer.issuer, SUBJECT)),
    )


def test_a_session_goes_on_with_the_next_token_of_the_same_person_and_with_nobody_elses(
    registry: Registry, issuer: AuthorizationServer
):
    registry.publish()
    opening = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}
    with guarded(registry, InProcessSessions(), issuer=issuer.issuer, default_role="viewer") as server:
        first, next_one, other = (good(issuer, server, jti=name, sub=name[:3]) for name in ("ada-1", "ada-2", "bob-1"))
        opened = server.http.post(
            "/mcp",
            json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": opening},
            headers={**MCP, **bearing(first)},
        )
        session = {"mcp-session-id": opened.headers["mcp-session-id"]}

        statuses = [
            server.http.post("/mcp", json=PING, headers={**MCP, **session, **bearing(token)}).status_code
            for token in (first, next_one, other)
        ]

    assert statuses == [200, 200, 404]


def test_api_keys_work_beside_tokens_and_when_the_issuer_is_gone(registry: Registry):
    registry.publish()
    with authorization_server("skills:read") as issuer:
        gone = issuer
    with guarded(registry, issuer=gone.issuer, default_role="viewer") as server:
        key = keep_key(server.principals, backends.peppers(ServerSettings(data=registry.root)))

        by_key, by_token = ping(server, key.text), ping(server, good(gone, server))

    assert (by_key.status_code, by_token.status_code) == (200, 503)


def test_callers_who_are_known_go_on_when_the_issuer_is_gone(registry: Registry):
    registry.publish()
    with (
        authorization_server("skills:read") as issuer,
        guarded(registry, issuer=issuer.issuer, default_role="viewer") as server,
    ):
        known = good(issuer, server)
        assert ping(server, known).status_code == 200
        issuer.keys = [rsa_jwk(STRANGER, "another")]

        assert [ping(server, known).status_code, ping(server, good(issuer, server, jti="2")).status_code] == [200, 200]


def test_a_folder_that_everybody_reads_is_not_served_where_callers_should_sign_in(tmp_path):
    settings = ServerSettings(oidc_issuer="https://login.example.com", public_url="https://skills.example.com")

    with pytest.raises(InvalidInputError, match="MCPSKILLS_OIDC_ISSUER"):
        app.folder(settings, FolderSource(tmp_path, TENANT, Policy(), print))
