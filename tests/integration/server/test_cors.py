"""Web pages of elsewhere: closed by default, open to those that the settings list."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from admin_service import serving
from mcpskills_server import app
from mcpskills_server.settings import ServerSettings
from registry import Registry, opened

PAGE = "https://app.example.org"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,mcp-session-id"}
SAID = "access-control-"


@pytest.fixture(scope="module")
def registry(tmp_path_factory) -> Iterator[Registry]:
    with opened(tmp_path_factory.mktemp("registry")) as made:
        yield made


@contextmanager
def client(registry: Registry, *origins: str) -> Iterator[httpx2.Client]:
    service = app.folder(ServerSettings(allowed_origins=origins), registry.source)
    with serving(service.application) as url, httpx2.Client(base_url=url) as http:
        yield http


def told(answer: httpx2.Response) -> set[str]:
    return {name for name in answer.headers if name.startswith(SAID)}


@pytest.mark.parametrize("path", ["/mcp", "/health", "/info"])
def test_by_default_no_page_of_elsewhere_is_told_anything(registry: Registry, path: str):
    with client(registry) as http:
        asked = http.options(path, headers={"origin": PAGE, **PREFLIGHT})
        answer = http.get(path, headers={"origin": PAGE})

    assert told(asked) == told(answer) == set()
    assert asked.status_code >= 400


@pytest.mark.parametrize("path", ["/mcp", "/admin/skills", "/info"])
def test_the_preflight_of_a_listed_page_is_answered_without_a_credential(registry: Registry, path: str):
    with client(registry, PAGE) as http:
        answer = http.options(path, headers={"origin": PAGE, **PREFLIGHT})

    allowed = answer.headers["access-control-allow-headers"].lower().split(", ")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert {"authorization", "x-api-key", "mcp-session-id", "mcp-protocol-version", "content-type"} <= set(allowed)
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in answer.headers


def test_a_listed_page_may_read_answers_and_what_they_say_of_sessions_and_credentials(registry: Registry):
    with client(registry, PAGE) as http:
        answer = http.get("/health", headers={"origin": PAGE})

    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert {"Mcp-Session-Id", "WWW-Authenticate", "Retry-After"} <= set(exposed)
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin",
    ["https://attacker.example", "http://app.example.org", "https://app.example.org.attacker.example", "null", ""],
)
def test_pages_that_are_not_listed_are_told_nothing(registry: Registry, origin: str):
    with client(registry, PAGE) as http:
        asked = http.options("/mcp", headers={"origin": origin, **PREFLIGHT})
        answer = http.get("/health", headers={"origin": origin})

    assert told(asked) == told(answer) == set()
    assert answer.headers["vary"] == "Origin"


def test_who_is_no_page_is_answered_as_ever(registry: Registry):
    with client(registry, PAGE) as http:
        answer = http.get("/health")

    assert answer.status_code == 200
    assert told(answer) == set()
