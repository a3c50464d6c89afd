"""The hook that a registry repository takes from this project, run by pre-commit itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from builders import skill_folder
from git_fixtures import Clone, git
from mcpskills import template
from mcpskills.adapters.git.seed import start

ROOT = Path(__file__).parents[2]
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """This tree as a repository of one commit, which is how pre-commit gets a hook."""
    copied = Clone(tmp_path_factory.mktemp("project"))
    git(copied.path, "init", "--quiet")
    for name in (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copied.path)
    for name in ("core", "server", "publisher", "docs", "registry-repo-template"):
        shutil.copytree(ROOT / name, copied.path / name, ignore=shutil.ignore_patterns("__pycache__"))
    copied.commit("Release")
    return copied.path


def pre_commit(project, registry, cache):
    """Run the hook on what is staged."""
    git(registry.path, "add", "--all")
    return subprocess.run(
        [PRE_COMMIT, "try-repo", project, "mcpskills-validate", "--verbose"],
        cwd=registry.path,
        env={**os.environ, "PRE_COMMIT_HOME": str(cache), "GIT_TERMINAL_PROMPT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.nightly
def test_it_judges_the_skills_of_a_commit_and_no_other_file(project, tmp_path):
    start(tmp_path / "registry", template.location(), "main")
    registry = Clone(tmp_path / "registry")

    registry.write({"README.md": "# Ours\n"})
    elsewhere = pre_commit(project, registry, tmp_path / "cache")
    registry.put(skill_folder(files={"scripts/fill.py": "print('filled')\n"}))
    good = pre_commit(project, registry, tmp_path / "cache")
    registry.put(skill_folder(description="short"))
    bad = pre_commit(project, registry, tmp_path / "cache")

    assert (elsewhere.returncode, "no files to check" in elsewhere.stdout) == (0, True), elsewhere
    assert (good.returncode, "1 skill checked" in good.stdout) == (0, True), good
    assert (bad.returncode, "SK007" in bad.stdout) == (1, True), bad
