"""`mcpskills init` writes a registry repository, whole or not at all."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from builders import folder_of, script, write_folder
from git_fixtures import Clone, bare, git
from mcpskills import template
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.git.seed import start
from mcpskills.errors import ConflictError, InvalidInputError, UnavailableError
from servers import MCPSKILLS

ROOT = Path(__file__).parents[3]


def init(*arguments, cwd, command=(MCPSKILLS,), **env):
    return subprocess.run(
        [*command, "init", *arguments], cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )


def files_below(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {".git", "__pycache__"} & set(path.relative_to(folder).parts)
    }


def test_it_writes_the_whole_template_in_a_first_commit_and_says_what_to_do_next(tmp_path):
    done = init("team/skills", cwd=tmp_path)

    made = tmp_path / "team" / "skills"
    assert (done.returncode, done.stderr) == (0, "")
    assert files_below(made) == files_below(template.location())
    assert git(made, "log", "--format=%s", "main") == "Start the registry with example skills"
    assert git(made, "status", "--porcelain", "--ignored") == ""
    assert "git remote add origin URL && git push -u origin main" in done.stdout
    assert "'repos/{owner}/{repo}/rulesets' --input .github/rulesets/main.json" in done.stdout
    assert "mcpskills up --registry team/skills\n" in done.stdout


def test_what_it_wrote_passes_its_own_rules_and_can_be_pushed_and_published_from(tmp_path):
    made = Clone(tmp_path / "made", "trunk")
    done = init(made.path, "--branch", "trunk", cwd=tmp_path)
    origin = bare(tmp_path / "origin.git", "trunk")

    git(made.path, "remote", "add", "origin", str(origin))
    git(made.path, "push", "--quiet", "-u", "origin", "trunk")

    assert f"--registry {made.path} --branch trunk" in done.stdout
    assert GitRepository.open(str(origin), tmp_path).head("trunk") == made.head
    assert GitRepository.open(str(made.path), tmp_path).head("trunk") == made.head
    checked = subprocess.run([MCPSKILLS, "validate", made.path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_an_empty_folder_is_filled_where_it_stands(tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    before = here.stat().st_ino

    done = init(".", cwd=here)

    assert (done.returncode, here.stat().st_ino) == (0, before)
    assert files_below(here) == files_below(template.location())


@pytest.mark.parametrize("name", ["notes.txt", ".hidden"])
def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path, name):
    (tmp_path / name).write_text("mine")

    done = init(".", cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr == "error: . is not an empty folder; name one that is empty, or one that is not there yet.\n"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_and_a_dangling_link_are_refused(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for name in ("file", "link"):
        with pytest.raises(ConflictError):
            start(tmp_path / name, template.location(), "main")


@pytest.mark.parametrize("branch", ["", "a b", "../up", "-x", "a.lock"])
def test_a_name_that_no_branch_can_have_is_refused_before_anything_is_written(tmp_path, branch):
    with pytest.raises(InvalidInputError, match="no name of a branch"):
        start(tmp_path / "new", template.location(), branch)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("exists", [True, False])
def test_what_fails_midway_leaves_nothing(tmp_path, exists):
    source = write_folder(tmp_path / "source", folder_of({"a.txt": "a", "b.txt": "b"}))
    (source / "pipe").mkdir()
    os.mkfifo(source / "pipe" / "p")
    into = tmp_path / "into"
    if exists:
        into.mkdir()

    with pytest.raises((UnavailableError, InvalidInputError)):
        start(into, source, "main")

    assert sorted(path.name for path in tmp_path.iterdir()) == (["into", "source"] if exists else ["source"])
    assert not exists or list(into.iterdir()) == []


def test_executable_files_stay_executable(tmp_path):
    source = write_folder(tmp_path / "source", folder_of({"run.sh": script("#!/bin/sh\n"), "read.md": "text"}))

    start(tmp_path / "made", source, "main")

    listed = git(tmp_path / "made", "ls-tree", "HEAD").splitlines()
    assert [(line.split()[0], line.split()[-1]) for line in listed] == [("100644", "read.md"), ("100755", "run.sh")]
    assert [os.access(tmp_path / "made" / name, os.X_OK) for name in ("run.sh", "read.md")] == [True, False]


def test_settings_of_the_user_do_not_change_what_is_written(tmp_path):
    settings = tmp_path / "gitconfig"
    settings.write_text("[core]\n\tautocrlf = true\n\tfileMode = false\n[init]\n\tdefaultBranch = other\n")

    done = init("made", cwd=tmp_path, GIT_CONFIG_GLOBAL=str(settings), HOME=str(tmp_path))

    assert done.returncode == 0
    assert files_below(tmp_path / "made") == files_below(template.location())
    assert git(tmp_path / "made", "branch", "--show-current") == "main"


def test_the_installed_wheel_writes_the_same(tmp_path):
    built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(built, cwd=ROOT, check=True, capture_output=True)
    zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl"))).extractall(tmp_path / "site")

    run = "import mcpskills; print(mcpskills.__file__); from mcpskills.cli.main import run; run()"
    done = init("made", cwd=tmp_path, command=(sys.executable, "-c", run), PYTHONPATH=str(tmp_path / "site"))

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "site"))
    assert files_below(tmp_path / "made") == files_below(template.location())
