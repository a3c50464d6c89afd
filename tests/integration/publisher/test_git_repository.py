"""Reading a registry repository that the real `git` wrote."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from builders import entry, script, skill_folder, skill_md, symlink
from git_fixtures import BRANCH, bare, clone, git, pack_everything, tree_of
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.git.trees import FOLDER_LIMIT
from mcpskills.claims import skill_folders
from mcpskills.errors import CorruptedError, InvalidInputError, TooLargeError, UnavailableError
from mcpskills.folder import ENTRY_LIMIT, READ_LIMIT, EntryKind
from publisher_scene import Scene
from raw_git import raw_commit, raw_object, raw_tree


@pytest.fixture
def repository(registry: Scene) -> Iterator[GitRepository]:
    with closing(GitRepository.open(str(registry.origin), registry.root / "mirrors")) as opened:
        yield opened


def test_a_folder_reads_as_it_was_committed(registry: Scene, repository: GitRepository):
    folder = skill_folder(
        files={
            "scripts/a.py": script("print(1)\n"),
            "assets/x.bin": b"\0\xff",
            "link": symlink("SKILL.md"),
            "empty": "",
        }
    )
    commit = registry.work.publish(folder)

    found = repository.skill_folders(commit)

    assert found == {folder.path: tree_of(registry.origin, commit, folder.path)}
    assert repository.folder(folder.path, found[folder.path]) == folder


def test_names_that_are_not_utf_8_appear_as_lone_surrogates(registry: Scene, repository: GitRepository):
    folder = skill_folder(files={"references/caf\udce9.md": "Coffee.\n"})
    commit = registry.work.publish(folder)

    read = repository.folder(folder.path, repository.skill_folders(commit)[folder.path])

    assert "references/caf\udce9.md" in read.entries


def test_a_submodule_is_an_entry(registry: Scene, repository: GitRepository):
    registry.work.put(skill_folder())
    head = registry.work.commit()
    git(registry.work.path, "update-index", "--add", "--cacheinfo", f"160000,{head},skills/pdf-forms/lib")
    git(registry.work.path, "commit", "--quiet", "--message", "Add a submodule")
    git(registry.work.path, "push", "--quiet", "origin", "HEAD:main")
    commit = registry.work.head

    read = repository.folder("skills/pdf-forms", tree_of(registry.origin, commit, "skills/pdf-forms"))

    assert read.entries["lib"].kind is EntryKind.SUBMODULE


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_a_file_above_the_limit_has_its_size_and_no_content(registry: Scene, repository: GitRepository, packed: bool):
    registry.work.publish(skill_folder(files={"big.bin": bytes(READ_LIMIT + 1)}))
    commit = registry.work.publish(skill_folder(files={"big.bin": bytes(READ_LIMIT + 2) + b"changed"}))
    if packed:
        pack_everything(registry.origin)
        git(registry.origin, "fsck", "--strict")

    read = repository.folder("skills/pdf-forms", tree_of(registry.origin, commit, "skills/pdf-forms"))

    assert (read.entries["big.bin"].content, read.entries["big.bin"].size) == (b"", READ_LIMIT + 9)
    assert read.entries["SKILL.md"].content == skill_md().encode()


def test_sizes_are_right_in_a_pack_of_deltas(registry: Scene, repository: GitRepository):
    long = "".join(f"{random.hex()}\n" for random in (os.urandom(20) for _ in range(2_000)))
    for generation in range(3):
        commit = registry.work.publish(
            skill_folder(files={"references/long.md": long + f"{generation}\n" * generation})
        )
    pack_everything(registry.origin)
    packs = git(
        registry.origin, "verify-pack", "--verbose", *map(str, (registry.origin / "objects/pack").glob("*.idx"))
    )
    assert "chain length = 1" in packs

    first = git(registry.origin, "rev-list", "--max-parents=0", commit)
    for at in (first, commit):
        read = repository.folder("skills/pdf-forms", tree_of(registry.origin, at, "skills/pdf-forms"))
        assert read.entries["references/long.md"].size == len(read.entries["references/long.md"].content) > 50_000


def test_all_files_of_a_folder_together_stay_within_the_limit(registry: Scene, repository: GitRepository):
    commit = registry.work.publish(skill_folder(files={f"{n}.bin": bytes(READ_LIMIT // 2) for n in range(4)}))

    read = repository.folder("skills/pdf-forms", tree_of(registry.origin, commit, "skills/pdf-forms"))

    assert sum(len(item.content) for item in read.entries.values()) <= READ_LIMIT
    assert sum(item.size for item in read.files.values()) > 2 * READ_LIMIT
    assert read.entries["SKILL.md"].content


def test_skill_folders_are_those_that_the_rules_of_names_find(registry: Scene, repository: GitRepository):
    paths = [
        "skills/SKILL.md",
        "skills/one/SKILL.md",
        "skills/one/nested/SKILL.md",
        "skills/group/two/skill.md",
        "skills/group/deeper/three/Skill.MD",
        "skills/group/no-skill/README.md",
        "skills/group/folder/SKILL.md/inside.txt",
        "skills/one-more/SKILL.md",
        "other/four/SKILL.md",
        "SKILL.md",
    ]
    registry.work.write(dict.fromkeys(paths, "x"))
    commit = registry.work.push()

    listed = git(registry.origin, "ls-tree", "-r", "--name-only", "-z", commit).strip("\0").split("\0")

    assert tuple(repository.skill_folders(commit)) == skill_folders(listed)
    assert len(repository.skill_folders(commit)) == 4


def test_trees_that_are_known_are_not_opened(registry: Scene, repository: GitRepository):
    commit = registry.work.publish(skill_folder("one-skill"), skill_folder("other-skill"))
    known = repository.skill_folders(commit)
    lost = registry.origin / "objects" / known["skills/one-skill"][:2] / known["skills/one-skill"][2:]
    lost.unlink()

    assert repository.skill_folders(commit, known.values()) == known
    with pytest.raises(UnavailableError, match="is missing"):
        repository.skill_folders(commit)
    with pytest.raises(CorruptedError, match="skills/one-skill"):
        repository.folder("skills/one-skill", known["skills/one-skill"])


def test_a_tree_that_refers_to_itself_many_times_over_is_refused(registry: Scene, repository: GitRepository):
    skills = bomb(registry.origin, raw_object(registry.origin, "blob", b"x"), name="notes.md")
    commit = raw_commit(registry.origin, raw_tree(registry.origin, ("40000 skills", skills)))

    with pytest.raises(TooLargeError, match=str(FOLDER_LIMIT)):
        repository.skill_folders(commit)


def test_a_folder_that_refers_to_itself_many_times_over_is_refused(registry: Scene, repository: GitRepository):
    root = bomb(registry.origin, raw_object(registry.origin, "blob", b"x"), name="SKILL.md")

    with pytest.raises(InvalidInputError, match=rf"skills/bomb.*more than {ENTRY_LIMIT} files"):
        repository.folder("skills/bomb", root)


def test_files_are_read_by_commit_and_path(registry: Scene, repository: GitRepository):
    registry.work.write({"registry.toml": "[limits]\n", "skills/link": symlink("x")})
    commit = registry.work.push()

    assert repository.file(commit, "registry.toml") == b"[limits]\n"
    assert repository.file(commit, "skills/nothing") is None
    assert repository.file(commit, "nothing/at/all") is None
    assert repository.file(commit, "skills") is None
    with pytest.raises(InvalidInputError, match="is a symlink in the repository; expected a file"):
        repository.file(commit, "skills/link")


def test_commits_tell_who_and_when(registry: Scene, repository: GitRepository):
    first = registry.work.publish(skill_folder())
    second = registry.work.push() if registry.work.commit("Say more\n\nMuch more.") else ""

    info = repository.commit(second)

    assert (info.id, info.title, info.author, info.parents) == (second, "Say more", "Ada Author", (first,))
    assert str(int(info.committed_at.timestamp())) == git(registry.origin, "show", "--no-patch", "--format=%ct", second)


def test_descent_follows_every_parent(registry: Scene, repository: GitRepository):
    first = registry.work.publish(skill_folder())
    git(registry.work.path, "checkout", "--quiet", "-b", "side")
    side = registry.work.commit("Aside")
    git(registry.work.path, "checkout", "--quiet", "main")
    main = registry.work.commit("Straight on")
    git(registry.work.path, "merge", "--quiet", "--no-ff", "--message", "Merge", "side")
    merge = registry.work.push()

    assert all(repository.descends(merge, ancestor) for ancestor in (first, side, main, merge))
    assert not repository.descends(first, merge)
    assert not repository.descends(main, side)
    assert not repository.descends("0" * 40, first)
    assert not repository.descends(first, "0" * 40)


def test_a_shallow_repository_can_be_read(registry: Scene):
    registry.work.publish(skill_folder(body="One.\n"))
    commit = registry.work.publish(skill_folder(body="Two.\n"))
    shallow = registry.root / "shallow.git"
    git(registry.root, "clone", "--quiet", "--bare", "--depth=1", registry.origin.as_uri(), str(shallow))

    with closing(GitRepository.open(str(shallow), registry.root)) as repository:
        assert repository.head(BRANCH) == commit
        assert not repository.descends(commit, "0" * 40)


def test_what_another_process_adds_later_is_seen(registry: Scene, repository: GitRepository):
    for body in ("One.\n", "Two.\n", "Three.\n"):
        commit = registry.work.publish(skill_folder(body=body))
        assert repository.head(BRANCH) == commit
        assert repository.skill_folders(commit)
        pack_everything(registry.origin)


@pytest.mark.parametrize("missing", ["nowhere", "a-file", "a-folder"])
def test_what_is_no_repository_is_one_clear_sentence(tmp_path: Path, missing: str):
    (tmp_path / "a-file").write_text("x")
    (tmp_path / "a-folder").mkdir()

    with pytest.raises(
        UnavailableError, match=rf"The registry repository .*{missing} cannot be opened .*Check that the path"
    ):
        GitRepository.open(str(tmp_path / missing), tmp_path / "mirrors")


def test_branches_with_slashes_and_odd_names_are_branches(tmp_path: Path):
    origin = bare(tmp_path / "origin.git", "team/main")
    commit = clone(origin, tmp_path / "work", "team/main").publish(skill_folder())

    with closing(GitRepository.open(str(origin), tmp_path)) as repository:
        assert repository.head("team/main") == commit
        assert repository.head("team") is None
        assert repository.head("no..branch") is None


def bomb(repository: Path, blob: str, name: str) -> str:
    """A tree of ten folders, each of which is the same tree of ten folders, ten deep; a file stands at the bottom."""
    tree = raw_tree(repository, (f"100644 {name}", blob))
    for _ in range(10):
        tree = raw_tree(repository, *((f"40000 {n}", tree) for n in range(10)))
    return tree


def test_builders_and_git_agree_on_what_is_executable(registry: Scene, repository: GitRepository):
    commit = registry.work.publish(
        skill_folder(files={"scripts/run": script("echo\n"), "scripts/not": entry("echo\n")})
    )

    read = repository.folder("skills/pdf-forms", tree_of(registry.origin, commit, "skills/pdf-forms"))

    assert [path for path, item in read.entries.items() if item.executable] == ["scripts/run"]


def test_of_many_commits_those_are_told_that_a_branch_contains(registry: Scene, repository: GitRepository):
    first = registry.work.publish(skill_folder(body="1\n"))
    git(registry.work.path, "checkout", "--quiet", "-b", "beside")
    registry.work.put(skill_folder(body="beside\n"))
    beside = registry.work.commit("Beside the branch")
    git(registry.work.path, "push", "--quiet", "origin", "HEAD:refs/heads/beside")
    git(registry.work.path, "checkout", "--quiet", BRANCH)
    head = registry.work.publish(skill_folder(body="2\n"))

    assert repository.contained(head, [first, beside, head, "f" * 40]) == {first, head}
    assert repository.contained("f" * 40, [first]) == frozenset()
    assert repository.contained(head, []) == frozenset()
