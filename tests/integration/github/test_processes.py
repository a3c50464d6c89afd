"""Publisher and server as processes of their own, on GitHub and Redis, by their settings alone."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

import forking
from fakes.github import FakeGitHub, FakeRepository
from forking import COMMAND, PUBLISHER, SERVER
from git_fixtures import Clone
from github_settings import on_github
from publisher_scene import PATIENCE
from stand_ins.processes import free_port


def until(holds: Callable[[], bool], what: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


@contextmanager
def started(settings: Mapping[str, object], *command: str) -> Iterator[forking.Forked]:
    given = {f"MCPSKILLS_{name.upper()}": str(value) for name, value in settings.items()}
    with forking.telling(*command, env=given) as process:
        yield process


@pytest.fixture
def settings(hub: FakeGitHub, repository: FakeRepository, work: Clone, valkey, tmp_path: Path) -> dict[str, object]:
    mine = {"data": tmp_path / "data", "tenant": uuid.uuid4().hex, "redis_url": valkey.url}
    return {**on_github(hub, repository), **mine, "port": free_port(), "operations_port": 0}


def test_a_commit_is_live_on_a_replica_that_only_redis_knows_of(settings, repository: FakeRepository, work: Clone):
    at = f"http://127.0.0.1:{settings['port']}"
    with started(settings, SERVER), started(settings, PUBLISHER):
        until(lambda: any(status["state"] == "success" for status in repository.statuses), lambda: repository.statuses)

        (replica,) = httpx2.get(f"{at}/admin/replicas").json()["replicas"]

    assert (replica["generation"], replica["current"]) == (1, True)
    assert {status["sha"] for status in repository.statuses} == {work.head}
    assert repository.statuses[-1]["description"].startswith("live on 1/1 replicas, ")


def test_one_machine_works_on_github_and_makes_no_repository_of_its_own(
    settings, repository: FakeRepository, tmp_path: Path
):
    del settings["redis_url"]
    with started(settings, COMMAND, "up", "--data", str(settings["data"]), "--port", str(settings["port"])):
        until(lambda: any(status["state"] == "success" for status in repository.statuses), lambda: repository.statuses)

    assert repository.statuses[-1]["description"].startswith("live on 1/1 replicas, ")
    assert not (tmp_path / "data" / "registry.git").exists()


@pytest.mark.parametrize("command", [SERVER, PUBLISHER], ids=["server", "publisher"])
def test_settings_that_are_half_there_end_the_process_in_one_sentence(settings, command: str):
    del settings["github_installation_id"]

    with started(settings, command) as process:
        status, said = process.ended(PATIENCE)

    assert status == 1
    assert said.splitlines()[-1].startswith("error: MCPSKILLS_GITHUB_INSTALLATION_ID: expected a value")
    assert "Traceback" not in said
    assert "PRIVATE KEY-----" not in said
