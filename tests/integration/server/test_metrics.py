"""`/metrics`: what a server tells Prometheus of its work."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from admin_service import serving
from fleet_member import until
from mcpskills_server import app
from mcpskills_server.settings import ServerSettings

DOCUMENT = Path(__file__).parents[3] / "docs" / "metrics.md"
HEADERS = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}


@pytest.fixture
def http(registry) -> Iterator[httpx2.Client]:
    registry.publish()
    service = app.folder(ServerSettings(poll_seconds=0.1), registry.source)
    with serving(service.application) as url, httpx2.Client(base_url=url, timeout=30) as client:
        until(lambda: client.get("/ready").status_code == httpx2.codes.OK, lambda: client.get("/ready").text)
        yield client


def samples(http: httpx2.Client) -> dict[str, dict[tuple[str, str], float]]:
    """Values by name, then by method and status."""
    found: dict[str, dict[tuple[str, str], float]] = {}
    for family in text_string_to_metric_families(http.get("/metrics").raise_for_status().text):
        for sample in family.samples:
            label = sample.labels.get("method", ""), sample.labels.get("status", "")
            found.setdefault(sample.name, {})[label] = sample.value
    return found


def ask(http: httpx2.Client, method: str, **params: str) -> int:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return http.post("/mcp", json=body, headers=HEADERS).status_code


def test_requests_count_by_method_and_status(http):
    for _ in range(3):
        ask(http, "resources/read", uri="skill://pdf-forms/SKILL.md")
    ask(http, "made/up-by-a-client")
    http.post("/mcp", content=b"{", headers={**HEADERS, "content-type": "application/json"})

    counted = samples(http)["mcpskills_mcp_request_seconds_count"]

    assert counted["resources/read", "200"] == 3
    assert {method for method, _ in counted} == {"resources/read", "other"}
    assert sum(counted.values()) == 5


def test_a_page_that_has_its_name_lead_to_this_machine_is_told_nothing(http):
    assert http.get("/metrics", headers={"host": "skills.example"}).status_code == 403


def test_what_is_served_is_told(http):
    told = samples(http)

    assert told["mcpskills_ready"] == {("", ""): 1}
    assert told["mcpskills_generation"] == {("", ""): 1}
    assert told["mcpskills_skills"] == {("", ""): 1}
    assert told["mcpskills_stale"] == {("", ""): 0}


def test_every_metric_is_documented(http):
    documented = set(re.findall(r"^\| `(mcpskills_\w+)`", DOCUMENT.read_text(), re.MULTILINE))

    told = {
        re.sub(r"_(bucket|count|sum|created)$", "", name) for name in samples(http) if name.startswith("mcpskills_")
    }

    ask(http, "ping")
    told |= {
        re.sub(r"_(bucket|count|sum|created)$", "", name) for name in samples(http) if name.startswith("mcpskills_")
    }
    assert told == documented
