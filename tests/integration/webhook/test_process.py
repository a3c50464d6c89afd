"""The publisher as a process that receives webhooks, as an operator starts and stops it."""

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

import forking
from builders import skill_folder
from fleet_member import until
from publisher_scene import PATIENCE, Scene, scene
from webhook_scene import OWNER, REPOSITORY, SECRET, Site, a_push

SETTINGS = {
    "MCPSKILLS_WEBHOOK_SECRETS": json.dumps([SECRET]),
    "MCPSKILLS_WEBHOOK_PORT": "0",
    "MCPSKILLS_OPERATIONS_PORT": "0",
    "MCPSKILLS_GITHUB_REPOSITORY_ID": str(REPOSITORY),
    "MCPSKILLS_GITHUB_OWNER_ID": str(OWNER),
    "MCPSKILLS_RECONCILE_SECONDS": "3600",
}


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


@contextmanager
def started(registry: Scene, **changed: str | None) -> Iterator[forking.Forked]:
    """The process, with settings that are changed, or left out as None; killed at the end if it still runs."""
    places = {"MCPSKILLS_DATA": str(registry.data), "MCPSKILLS_REGISTRY": registry.origin.as_uri()}
    settings = {**places, **SETTINGS, **changed}
    environment = {name: value for name, value in settings.items() if value is not None}
    with forking.telling(forking.PUBLISHER, env=environment) as process:
        yield process


def told(process: forking.Forked, pattern: str) -> re.Match[str]:
    """The first line from now on that matches."""
    return next(found for line in process.stderr if (found := re.search(pattern, line)))


def failure(registry: Scene, **changed: str | None) -> str:
    with started(registry, **changed) as process:
        status, said = process.ended(PATIENCE)
        assert (status, "Traceback" in said) == (1, False)
        return said


def test_it_receives_publishes_and_ends_on_sigterm(registry: Scene):
    with started(registry) as process, httpx2.Client(timeout=PATIENCE) as client:
        operators = Site(told(process, r"(http://\S+)/info")[1], client)
        github = Site(told(process, r"(http://\S+)/webhooks/github")[1], client)
        commit = registry.work.publish(skill_folder())
        assert github.deliver(a_push(), X_GitHub_Delivery="the-first").status_code == 202
        told(process, "delivery dealt with")

        assert registry.live() == {"pdf-forms": 1}
        info = operators.get("/info").json()
        assert (info["tenant"], info["branch"], info["commit"], info["error"]) == ("default", "main", commit, None)

        process.send_signal(signal.SIGTERM)
        status, rest = process.ended(PATIENCE)

    assert (status, "Traceback" in rest) == (0, False)
    log = (registry.data / "logs" / "publisher.log").read_text()
    assert '"delivery": "the-first"' in log
    assert SECRET not in log


def test_who_may_reach_the_webhook_learns_that_it_is_ready_and_no_more(registry: Scene):
    with started(registry) as process, httpx2.Client(timeout=PATIENCE) as client:
        github = Site(told(process, r"(http://\S+)/webhooks/github")[1], client)
        told_more = {path: github.get(path).status_code for path in ("/info", "/openapi.json", "/docs")}
        alive, ready = github.get("/health"), github.get("/ready")

    assert set(told_more.values()) == {404}
    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert ready.json().keys() == {"status"}


def test_without_secrets_nothing_is_received_and_operators_are_answered_all_the_same(registry: Scene):
    commit = registry.work.publish(skill_folder())
    with (
        started(registry, MCPSKILLS_WEBHOOK_SECRETS=None) as process,
        httpx2.Client(timeout=PATIENCE) as client,
    ):
        operators = Site(told(process, r"(http://127\.0\.0\.1:\d+)/info")[1], client)
        said = next(line for line in process.stderr if "published" in line or "webhooks" in line)
        until(lambda: operators.get("/ready").status_code == 200, lambda: "never ready")
        info = operators.get("/info").json()
        received = operators.deliver(a_push()).status_code

    assert "published" in said
    assert (info["ready"], info["commit"], info["error"]) == (True, commit, None)
    assert received == 404


def test_behind_a_proxy_each_source_has_a_rate_of_its_own(registry: Scene):
    proxied = {"MCPSKILLS_WEBHOOK_PROXIES": '["127.0.0.0/8"]', "MCPSKILLS_WEBHOOK_PER_MINUTE": "1"}
    with started(registry, **proxied) as process, httpx2.Client(timeout=PATIENCE) as client:
        github = Site(told(process, r"(http://\S+)/webhooks/github")[1], client)
        sources = ["192.0.2.1", "192.0.2.2", "192.0.2.1", "2001:db8::1", "2001:db8::2"]
        statuses = [github.deliver(b"{}", "ping", X_Forwarded_For=source).status_code for source in sources]

    assert statuses == [200, 200, 429, 200, 429]


def test_what_a_stranger_says_of_its_address_is_not_believed(registry: Scene):
    with started(registry, MCPSKILLS_WEBHOOK_PER_MINUTE="1") as process, httpx2.Client(timeout=PATIENCE) as client:
        github = Site(told(process, r"(http://\S+)/webhooks/github")[1], client)
        statuses = [github.deliver(b"{}", "ping", X_Forwarded_For=f"192.0.2.{n}").status_code for n in range(2)]

    assert statuses == [200, 429]


def test_a_missing_id_is_one_sentence_that_names_the_setting(registry: Scene):
    said = failure(registry, MCPSKILLS_GITHUB_OWNER_ID=None)

    assert "error: MCPSKILLS_GITHUB_OWNER_ID: expected the numeric id" in said


@pytest.mark.parametrize(
    "secrets", ['["short secret"]', '["the first secret of three", "the second of three", "the third of three"]']
)
def test_a_refused_secret_is_named_by_its_setting_and_not_shown(registry: Scene, secrets):
    said = failure(registry, MCPSKILLS_WEBHOOK_SECRETS=secrets)

    assert "MCPSKILLS_WEBHOOK_SECRETS: " in said
    assert [secret for secret in json.loads(secrets) if secret in said] == []


def test_a_port_that_is_taken_names_the_setting(registry: Scene):
    with started(registry) as process:
        port = told(process, r"http://127.0.0.1:(\d+)/webhooks/github")[1]

        said = failure(registry, MCPSKILLS_WEBHOOK_PORT=port)

    assert "another program listens there. Stop it, or choose another port with MCPSKILLS_WEBHOOK_PORT." in said


def test_a_taken_port_of_operations_names_its_setting(registry: Scene):
    with started(registry) as process:
        port = told(process, r"http://127.0.0.1:(\d+)/info")[1]

        said = failure(registry, MCPSKILLS_OPERATIONS_PORT=port)

    assert "choose another port with MCPSKILLS_OPERATIONS_PORT." in said
