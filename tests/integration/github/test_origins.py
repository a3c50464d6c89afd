"""Where the registry repository stands, by the settings."""

import subprocess
import sys
from pathlib import Path

import pytest

from builders import skill_folder
from fakes.github import FakeGitHub, FakeRepository
from forge_scenes import NAME, change
from git_fixtures import BRANCH, Clone
from github_settings import on_github
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.origins import origin
from mcpskills.errors import ConflictError, InvalidInputError
from mcpskills.settings import Settings

NEEDED = ("repository", "repository_id", "owner_id", "app_id", "installation_id", "private_key")


def test_on_github_the_registry_is_its_number_and_git_asks_with_a_token(
    hub: FakeGitHub, repository: FakeRepository, work: Clone, tmp_path: Path
):
    found = origin(Settings.read(**on_github(hub, repository)))
    mirror = found.repository(tmp_path / "mirrors")
    mirror.fetch(BRANCH)

    assert (found.registry, found.location.shown) == ("github:4711", f"{hub.url}/{NAME}.git")
    assert (mirror.head(BRANCH), hub.issued) == (work.head, 1)


def test_on_github_proposals_are_pull_requests_and_reports_reach_the_commit(
    hub: FakeGitHub, repository: FakeRepository, work: Clone, tmp_path: Path
):
    found = origin(Settings.read(**on_github(hub, repository)))

    made = found.forge(tmp_path / "proposals", BRANCH).propose(change(skill_folder("csv-profile")))
    found.reports().publishing(work.head)

    assert made.url == f"{hub.url}/{NAME}/pull/1"
    assert [status["sha"] for status in repository.statuses] == [work.head]
    assert hub.issued == 1


def test_a_repository_that_has_another_owner_is_not_even_fetched(
    hub: FakeGitHub, repository: FakeRepository, work: Clone, tmp_path: Path
):
    mirror = origin(Settings.read(**on_github(hub, repository))).repository(tmp_path / "mirrors")
    repository.owner_id = 666

    with pytest.raises(ConflictError, match="found 4711 of owner 666"):
        mirror.fetch(BRANCH)

    assert mirror.head(BRANCH) is None


def test_a_plain_repository_goes_by_its_address_without_the_password(tmp_path: Path):
    found = origin(Settings.read(registry="https://ada:secret@git.example.org/skills.git"))

    assert (found.registry, found.reports()) == ("https://git.example.org/skills.git", None)
    assert isinstance(found.forge(tmp_path, BRANCH), LocalForge)


def test_the_ids_alone_are_those_of_a_webhook():
    found = origin(Settings.read(registry="/srv/skills.git", github_repository_id=4711, github_owner_id=815))

    assert found.registry == "/srv/skills.git"


@pytest.mark.parametrize("left_out", NEEDED)
def test_a_setting_that_is_missing_is_named(hub: FakeGitHub, repository: FakeRepository, left_out: str):
    given = {**on_github(hub, repository), f"github_{left_out}": None}

    with pytest.raises(InvalidInputError) as raised:
        origin(Settings.read(**given))

    assert raised.value.message.startswith(f"MCPSKILLS_GITHUB_{left_out.upper()}: expected a value")


def test_all_that_is_missing_is_named_at_once():
    with pytest.raises(InvalidInputError) as raised:
        origin(Settings.read(github_repository=NAME, github_private_key="secret words"))

    said = raised.value.message
    assert [name for name in NEEDED if f"MCPSKILLS_GITHUB_{name.upper()}," in said or f"{name.upper()}:" in said] == [
        "repository_id",
        "owner_id",
        "app_id",
        "installation_id",
    ]
    assert "secret words" not in said


def test_two_places_for_one_registry_are_refused(hub: FakeGitHub, repository: FakeRepository):
    given = {**on_github(hub, repository), "registry": "https://ada:secret@git.example.org/skills.git"}

    with pytest.raises(InvalidInputError, match="MCPSKILLS_REGISTRY: expected none") as raised:
        origin(Settings.read(**given))

    assert "secret" not in raised.value.message


@pytest.mark.parametrize("name", ["skills", "acme/skills/more", "acme/", "../x", "acme/skills?x"])
def test_a_name_that_is_none_is_refused_by_its_setting(name: str):
    with pytest.raises(InvalidInputError, match="MCPSKILLS_GITHUB_REPOSITORY: "):
        Settings.read(github_repository=name)


def test_a_plain_repository_loads_nothing_of_github():
    program = (
        "import sys, mcpskills_publisher.app, mcpskills_server.app\n"
        "from mcpskills.adapters.origins import origin\n"
        "from mcpskills.settings import Settings\n"
        "origin(Settings.read())\n"
        "sys.exit('github' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
