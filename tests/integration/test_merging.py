"""Merging trees as `git merge` would, without ever mixing the lines of a file."""

from pathlib import Path

import pytest

from builders import Content, script
from git_fixtures import BRANCH, Clone, bare, clone, git
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import ConflictError

START: dict[str, Content] = {"a/one": "1\n", "a/two": "2\n", "b/one": "1\n", "top": "t\n"}


class Sides:
    """A common start, and what two sides make of it; None takes a file away."""

    def __init__(self, at: Path) -> None:
        self.origin = bare(at / "registry.git")
        self.work: Clone = clone(self.origin, at / "work")
        self.work.write(START)
        self.start = self.work.push()
        self.forge = LocalForge(GitRepository.open(str(self.origin), at), BRANCH)

    def differ(self, ours: dict[str, Content | None], theirs: dict[str, Content | None]) -> None:
        self._change(theirs)
        git(self.work.path, "push", "--quiet", "origin", "HEAD:refs/heads/proposal/theirs")
        self.work.reset(self.start)
        self._change(ours)
        self.work.push()

    def merge(self) -> dict[str, str]:
        """Every file's mode and content afterwards."""
        self.forge.merge("theirs", self.forge.proposal("theirs").commit, "Grace")
        lines = git(self.origin, "ls-tree", "-r", "--full-tree", BRANCH).splitlines()
        found = (line.partition("\t") for line in lines)
        return {path: f"{head[3:6]} {git(self.origin, 'show', f'{BRANCH}:{path}')}" for head, _, path in found}

    def _change(self, files: dict[str, Content | None]) -> None:
        for path in files:
            at = self.work.path / path
            if at.is_dir():
                self.work.delete(path)
            elif at.exists():
                at.unlink()
        self.work.write({path: content for path, content in files.items() if content is not None})
        self.work.commit()


@pytest.fixture
def sides(tmp_path: Path) -> Sides:
    return Sides(tmp_path)


def test_different_files_of_one_folder_come_together(sides: Sides):
    sides.differ({"a/one": "ours\n", "a/new": "n\n"}, {"a/two": script("theirs\n"), "b/one": None, "c/d/e": "deep\n"})

    assert sides.merge() == {
        "a/new": "644 n",
        "a/one": "644 ours",
        "a/two": "755 theirs",
        "c/d/e": "644 deep",
        "top": "644 t",
    }


def test_what_both_sides_did_alike_is_no_conflict(sides: Sides):
    alike: dict[str, Content | None] = {"a/one": "same\n", "b/one": None, "new/x": "n\n"}
    sides.differ({**alike, "top": "ours\n"}, alike)

    assert sides.merge()["a/one"] == "644 same"


def test_both_sides_may_add_to_a_folder_that_was_not_there(sides: Sides):
    sides.differ({"new/ours": "1\n"}, {"new/theirs": "2\n"})

    assert {"new/ours", "new/theirs"} <= sides.merge().keys()


@pytest.mark.parametrize(
    ("ours", "theirs", "path"),
    [
        ({"a/one": "ours\n"}, {"a/one": "theirs\n"}, "a/one"),
        ({"a/one": None}, {"a/one": "theirs\n"}, "a/one"),
        ({"a/one": "ours\n"}, {"a/one": script("1\n")}, "a/one"),
        ({"b": "file\n"}, {"b/one": "theirs\n"}, "b"),
        ({"new": "file\n"}, {"new/x": "folder\n"}, "new"),
        ({"new/x": "1\n"}, {"new/x": "2\n"}, "new/x"),
    ],
)
def test_a_path_that_both_sides_changed_differently_is_refused_by_name(sides: Sides, ours, theirs, path: str):
    sides.differ(ours, theirs)
    before = git(sides.origin, "rev-parse", BRANCH)

    with pytest.raises(ConflictError, match=f"changed `{path}` as well"):
        sides.merge()

    assert git(sides.origin, "rev-parse", BRANCH) == before


def test_a_second_merge_starts_from_where_the_first_one_ended(sides: Sides):
    sides.differ({"a/one": "ours\n"}, {"b/one": "theirs\n"})
    sides.merge()
    git(sides.work.path, "fetch", "--quiet", "origin")
    git(sides.work.path, "reset", "--quiet", "--hard", f"origin/{BRANCH}")
    sides.start = sides.work.head

    sides.differ({"a/two": "ours\n"}, {"b/one": "theirs again\n"})

    assert sides.merge()["b/one"] == "644 theirs again"
