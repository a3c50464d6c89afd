"""What somebody can push as a proposal who makes Git objects by hand. It concerns that proposal only, and costs little."""

import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

import forge_scenes
from builders import skill_folder
from forge_scenes import ForgeScene
from git_fixtures import BRANCH, git, tree_of
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.git.trees import FOLDER_LIMIT, SEEN_LIMIT
from mcpskills.errors import NotFoundError, TooLargeError
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


def recorded(scene: ForgeScene, which: str, text: str) -> None:
    """A record that somebody pushed."""
    blob = raw_object(scene.origin, "blob", text.encode())
    commit = raw_commit(scene.origin, raw_tree(scene.origin, ("100644 record.json", blob)))
    git(scene.origin, "update-ref", f"refs/mcpskills/proposals/{which}", commit)


def record_of(head: str, *, state: str = "open", approval: dict[str, str] | None = None, ending: str = "") -> str:
    yes = {"by": "Grace", "at": "2026-01-01T00:00:00+00:00", "commit": head, "comment": "", **(approval or {})}
    ended = {"by": "x", "at": "2026-01-01", "commit": ending, "comment": ""} if ending else None
    return json.dumps({"head": head, "state": state, "approvals": [yes], "ending": ended})


@pytest.mark.parametrize("head", ["", "ab", "ab cd", "A" * 40, "a" * 39, "a" * 40, "a" * 64, "\u0661" * 40])
def test_a_record_of_a_head_that_cannot_be_concerns_nobody(scene: ForgeScene, head: str):
    made = scene.propose(skill_folder("one"))
    recorded(scene, made.id, record_of(head))
    recorded(scene, "unknown", record_of(head, state="closed"))

    assert list(scene.forge.proposals()) == [made]
    with pytest.raises(NotFoundError, match="unknown"):
        scene.forge.proposal("unknown")


def test_texts_of_a_record_command_no_terminal_and_are_cut(scene: ForgeScene):
    made = scene.propose(skill_folder("one"))
    said = {"by": "\ud800\x1b[2Jroot", "comment": "one\ntwo\u2028\x1b[2J" + "x" * 100_000}
    recorded(scene, made.id, record_of(made.commit, approval=said))

    (shown,) = scene.forge.proposals()

    (yes,) = shown.approvals
    assert yes.by == "\\ud800\\x1b[2Jroot"
    assert yes.comment.startswith("one\ntwo\\u2028\\x1b[2Jxxx")
    assert len(yes.comment) < 11_000


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "yesterday"])
def test_a_record_of_a_time_that_cannot_be_is_none(scene: ForgeScene, at: str):
    made = scene.propose(skill_folder("one"))
    recorded(scene, made.id, record_of(made.commit, approval={"at": at}))

    assert list(scene.forge.proposals()) == [made]


@pytest.mark.parametrize("ending", ["root", "a" * 40, "elsewhere"])
def test_a_record_that_ends_with_a_commit_that_merged_nothing_can_be_shown(scene: ForgeScene, ending: str):
    made = scene.propose(skill_folder("one"))
    scene.forge.merge(made.id, made.commit, "Grace")
    elsewhere = raw_commit(scene.origin, raw_tree(scene.origin), made.commit)
    root = git(scene.origin, "rev-list", "--max-parents=0", BRANCH)
    commit = {"root": root, "elsewhere": elsewhere}.get(ending, ending)
    recorded(scene, made.id, record_of(made.commit, state="merged", ending=commit))

    assert [skill.path for skill in scene.forge.changed(made.id).skills] == ["skills/one"]


def test_a_record_after_a_blob_leaves_the_repository_whole(scene: ForgeScene):
    made = scene.propose(skill_folder("one"))
    blob = raw_object(scene.origin, "blob", b"{}")
    git(scene.origin, "update-ref", f"refs/mcpskills/proposals/{made.id}", blob)

    scene.forge.approve(made.id, made.commit, "Grace")

    assert scene.forge.proposal(made.id).approved
    git(scene.origin, "fsck", "--strict")
