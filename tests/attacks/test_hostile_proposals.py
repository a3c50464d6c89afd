"""What somebody can push as a proposal who makes Git objects by hand. It concerns that proposal only, and costs little."""

import subprocess
from contextlib import closing
from pathlib import Path

import pytest

import forge_scenes
from forge_scenes import ForgeScene
from git_fixtures import BRANCH, git, tree_of
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.git.trees import FOLDER_LIMIT, SEEN_LIMIT
from mcpskills.errors import TooLargeError
from raw_git import raw_commit, raw_object, raw_tree

LEVELS, EACH = 10, 10
"""Ten folders in each of ten nested ones: ten thousand millions of folders made of eleven trees."""


@pytest.fixture
def scene(tmp_path: Path):
    with forge_scenes.local(tmp_path) as made:
        yield made


def pushed(scene: ForgeScene, which: str, tree: str, *parents: str) -> str:
    """A branch with a commit of just this tree; gives the commit."""
    commit = raw_commit(scene.origin, tree, *(parents or (git(scene.origin, "rev-parse", BRANCH),)))
    git(scene.origin, "update-ref", f"refs/heads/proposal/{which}", commit)
    return commit


def nested(scene: ForgeScene, *innermost: tuple[str, str]) -> str:
    """The tree of folders without number."""
    tree = raw_tree(scene.origin, *innermost)
    for _ in range(LEVELS):
        tree = raw_tree(scene.origin, *((f"40000 d{number}", tree) for number in range(EACH)))
    return tree


def long_history(scene: ForgeScene, commits: int) -> list[str]:
    """The ids of the tracked branch's commits, the newest first, after so many were added."""
    mark = "from refs/heads/main^0\n"
    commit = "commit refs/heads/main\ncommitter A <a@b> 1 +0000\ndata 2\nx\n"
    stream = (commit + mark + commit * (commits - 1)).encode()
    subprocess.run(["git", "-C", scene.origin, "fast-import", "--quiet"], input=stream, capture_output=True, check=True)
    return git(scene.origin, "rev-list", BRANCH).splitlines()


def beside_skills(scene: ForgeScene, name: str, tree: str, at: str = BRANCH) -> str:
    return raw_tree(scene.origin, ("40000 skills", tree_of(scene.origin, at, "skills")), (f"40000 {name}", tree))


def test_empty_folders_without_number_are_refused_with_the_limit(scene: ForgeScene):
    pushed(scene, "bomb", beside_skills(scene, "zbomb", nested(scene)))

    with pytest.raises(TooLargeError, match=str(FOLDER_LIMIT)):
        scene.forge.changed("bomb")

    assert [proposal.id for proposal in scene.forge.proposals()] == ["bomb"]


def test_folders_that_are_full_of_what_did_not_change_are_refused_with_the_limit(scene: ForgeScene):
    blob = raw_object(scene.origin, "blob", b"x")
    same = [(f"100644 {number:05}", blob) for number in range(20_000)]
    empty = raw_tree(scene.origin)
    inside = [empty, raw_tree(scene.origin, ("40000 y", empty))]
    old, new = (raw_tree(scene.origin, *same, ("40000 x", below)) for below in inside)
    sides = [raw_tree(scene.origin, *((f"40000 d{number:03}", side) for number in range(100))) for side in (old, new)]
    base = raw_commit(scene.origin, beside_skills(scene, "zbomb", sides[0]))
    git(scene.origin, "update-ref", f"refs/heads/{BRANCH}", base)
    pushed(scene, "full", beside_skills(scene, "zbomb", sides[1]), base)

    with pytest.raises(TooLargeError, match=str(SEEN_LIMIT)):
        scene.forge.changed("full")


def test_a_folder_that_is_there_twice_is_named_twice(scene: ForgeScene):
    folder = raw_tree(scene.origin, ("100644 evil.sh", raw_object(scene.origin, "blob", b"x")))
    both = raw_tree(scene.origin, ("40000 a", folder), ("40000 b", folder))
    pushed(scene, "twice", beside_skills(scene, "tools", both))

    assert scene.forge.changed("twice").elsewhere == ("tools/a/evil.sh", "tools/b/evil.sh")


def test_folders_without_number_are_merged_once_each(scene: ForgeScene):
    files = {name: (f"100644 {name}", raw_object(scene.origin, "blob", b"x")) for name in "abc"}
    base, ours, theirs, both = (nested(scene, *map(files.get, names)) for names in ("a", "b", "c", "bc"))
    start = raw_commit(scene.origin, beside_skills(scene, "zbomb", base))
    tracked = raw_commit(scene.origin, beside_skills(scene, "zbomb", ours), start)
    git(scene.origin, "update-ref", f"refs/heads/{BRANCH}", tracked)
    head = pushed(scene, "bomb", beside_skills(scene, "zbomb", theirs), start)

    scene.forge.merge("bomb", head, "Grace")

    assert tree_of(scene.origin, BRANCH, "zbomb") == both


def test_folders_too_deep_to_be_compared_are_counted(scene: ForgeScene):
    """Each has fewer folders than the limit, but stands below more of them than that."""
    empty = raw_tree(scene.origin)
    wide = raw_tree(scene.origin, *((f"40000 {number:0240}", empty) for number in range(20_000)))
    for _ in range(16):
        wide = raw_tree(scene.origin, (f"40000 {'d' * 240}", wide))
    skills = raw_tree(scene.origin, *((f"40000 e{number:03}", wide) for number in range(100)))
    pushed(scene, "deep", raw_tree(scene.origin, ("40000 skills", skills)))

    with pytest.raises(TooLargeError, match=str(FOLDER_LIMIT)):
        scene.forge.changed("deep")


# Walking once for every parent takes minutes.
@pytest.mark.timeout(60)
def test_a_commit_with_every_other_as_a_parent_parts_from_the_newest(scene: ForgeScene):
    history = long_history(scene, 1_500)
    oldest_first_and_again = [*reversed(history), *history]
    head = pushed(scene, "many", tree_of(scene.origin, BRANCH, ""), *oldest_first_and_again)

    with closing(GitRepository.open(str(scene.origin), scene.origin)) as repository:
        parting = repository.parting(history[1], head)

    assert parting == history[1]
    assert scene.forge.changed("many").skills == ()
