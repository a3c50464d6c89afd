"""Alive, ready, and what is served."""

import asyncio

import httpx2
import pytest
from fastapi import FastAPI

import mcpskills
from admin_service import serving
from builders import skill_folder
from catalog_builders import TENANT
from mcpskills.access import Role
from mcpskills_server import health_routes, problems
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from registry import opened
from way_in import WayIn, a_caller


@pytest.fixture
def registry(tmp_path):
    with opened(tmp_path) as registry:
        yield registry


@pytest.fixture
def empty(tmp_path):
    """A server whose replica has not loaded anything."""
    with opened(tmp_path) as registry:
        app = FastAPI()
        problems.install(app)
        app.include_router(health_routes.router(ServerSettings(), Replica(registry.source, 1), lambda: "memory"))
        with serving(WayIn(app)) as url, httpx2.Client(base_url=url) as http:
            yield http


def test_a_process_that_serves_nothing_yet_is_alive_but_not_ready(empty):
    alive, ready = empty.get("/health"), empty.get("/ready")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert ready.status_code == 503
    assert ready.headers["retry-after"] == "1"
    assert ready.json()["detail"] == "The first snapshot is still being loaded; ask again in a moment."


def test_info_of_a_process_that_serves_nothing_yet_says_so(empty):
    info = empty.get("/info").json()

    assert (info["ready"], info["generation"], info["skills"], info["checked_at"]) == (False, None, 0, None)
    assert (info["seconds_behind"], info["checkpoint"]) == (None, None)


def test_a_served_snapshot_makes_ready_and_is_told_by_info(service):
    service.publish(skill_folder(), skill_folder("csv-profile"))

    ready, info = service.http.get("/ready"), service.http.get("/info").json()

    assert {key: ready.json()[key] for key in ("status", "generation", "stale")} == {
        "status": "ready",
        "generation": 2,
        "stale": False,
    }
    assert ready.json()["seconds_behind"] >= 0
    assert info["seconds_behind"] >= ready.json()["seconds_behind"]
    assert info["checkpoint"] is None
    assert (info["generation"], info["skills"], info["failed"], info["stale"]) == (2, 2, 0, False)
    assert info["version"] == mcpskills.__version__
    assert info["tenant"] == "default"
    assert info["sessions"] == "stateful"
    assert info["protocol_versions"][0] == "2024-11-05"
    assert info["protocol_versions"][-1] == "2026-07-28"


def test_info_says_when_the_catalog_fails_while_the_old_snapshot_is_served(service):
    service.publish(skill_folder())
    service.catalog.close()

    failed = service.http.post("/admin/skills/reload-all")
    info, ready = service.http.get("/info").json(), service.http.get("/ready")

    assert failed.status_code == 503
    assert info["stale"] is True
    assert "cannot be used" in info["error"]
    assert info["skills"] == 1
    assert (ready.status_code, ready.json()["stale"]) == (200, True)


def test_info_says_from_which_checkpoint_a_replica_started(registry):
    registry.publish()
    registry.checkpoint()
    replica = Replica(registry.source, 1)
    asyncio.run(replica.refresh())
    app = FastAPI()
    app.include_router(health_routes.router(ServerSettings(), replica, lambda: "memory"))

    with serving(WayIn(app)) as url, httpx2.Client(base_url=url) as http:
        info = http.get("/info").json()

    assert (info["generation"], info["checkpoint"]) == (1, 1)
    assert replica.digests() == {registry.catalog.version(TENANT, "pdf-forms", 1).digest}


def test_health_is_answered_under_any_name(service):
    answers = [service.http.get(path, headers={"host": "skills.example"}) for path in ("/health", "/ready")]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_page_that_has_its_name_lead_to_this_machine_is_told_nothing_of_it(service):
    there = {"host": "skills.example"}
    anonymous = [service.http.get("/info", headers=headers).status_code for headers in (there, {})]

    service.way_in.who = a_caller(Role.VIEWER)

    assert anonymous == [403, 200]
    assert service.http.get("/info", headers=there).status_code == 200
