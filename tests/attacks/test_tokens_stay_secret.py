"""Access tokens reach no log and no answer, those that are taken as little as others, at the level of debugging."""

import logging
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from guarded_server import guarded
from key_builders import bearing
from registry import opened
from stand_ins.authorization_server import authorization_server

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
MCP = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@pytest.mark.parametrize("odd", [{}, {"exp": 1}, {"aud": "other"}, {"iss": "https://other.example.com"}, {"sub": 7}])
def test_a_token_is_told_to_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture, odd: dict[str, object]):
    caplog.set_level(logging.DEBUG)
    with (
        capture_logs() as told,
        opened(tmp_path) as registry,
        authorization_server("skills:read") as issuer,
        guarded(registry, issuer=issuer.issuer) as server,
    ):
        token = issuer.token(resource=server.endpoint, **odd)
        answers = [
            server.http.request(method, path, json=PING, headers={**MCP, **bearing(each)})
            for each in (token, token[:-4], token.replace(".", "..", 1))
            for method, path in (("POST", "/mcp"), ("GET", "/admin/skills"), ("GET", "/nothing"))
        ]

    said = repr(told) + caplog.text + "".join(answer.text + repr(answer.headers) for answer in answers)

    assert [part for part in token.split(".") if part[:40] in said or part[-40:] in said] == []
    assert "a token is not taken" in said
