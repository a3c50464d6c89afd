from pathlib import Path

import pytest

from builders import skill_folder
from fakes.github import FakeGitHub, FakeRepository, github
from forge_scenes import NAME
from git_fixtures import Clone, clone


@pytest.fixture
def hub(tmp_path: Path):
    with github(tmp_path / "hub") as made:
        yield made


@pytest.fixture
def repository(hub: FakeGitHub) -> FakeRepository:
    return hub.create(NAME)


@pytest.fixture
def work(repository: FakeRepository, tmp_path: Path) -> Clone:
    made = clone(repository.path, tmp_path / "work")
    made.publish(skill_folder())
    return made
