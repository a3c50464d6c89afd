"""Paths that are spelled so that one part of a server takes them for another route than the next does."""

from collections.abc import Iterator

import pytest

from gated_server import MCP, PING, Gated, gated
from key_builders import bearing
from mcpskills.access import Role, Scope
from registry import opened

PATHS = ("/mcp", "/mcp/", "/mcp/sse", "/admin/skills", "/info", "/metrics", "/openapi.json")
ODD = ("/mcp%0a", "/mcp%0a%0a", "/mcp;x", "//mcp", "/MCP", "/mcp/%2e", "/.well-known/%2e%2e/mcp")


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Gated]:
    with opened(tmp_path_factory.mktemp("registry")) as registry:
        registry.publish()
        with gated(registry, plan="unlimited") as made:
            yield made


@pytest.mark.parametrize("path", PATHS)
def test_a_path_with_a_line_feed_at_its_end_is_no_other_path(server: Gated, path: str):
    headers = {**MCP, **bearing(server.key())}

    answers = [
        server.http.get(f"{path}%0a", headers=headers),
        server.http.post(f"{path}%0a", json=PING, headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("path", ODD)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "DELETE"])
def test_an_odd_spelling_leads_to_nothing(server: Gated, path: str, method: str):
    answer = server.http.request(method, path, json=PING, headers={**MCP, **bearing(server.key())})

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/mcp", "/%6dcp", "/mcp?/health", "/mcp#/health"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "DELETE"])
def test_who_may_not_read_skills_comes_to_no_part_of_mcp(server: Gated, path: str, method: str):
    blind = server.key(Role.OWNER, scopes=[Scope.AUDIT_READ])

    answer = server.http.request(method, path, json=PING, headers={**MCP, **bearing(blind)})

    assert answer.status_code == 403
