"""What somebody can push who makes Git objects by hand. It is published, quarantined or frozen with its reason, or ignored;
never does it keep a good skill of the same or the next push from going live."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from dulwich.objects import ObjectID, ShaFile
from dulwich.repo import Repo
from structlog.testing import capture_logs

from builders import skill_folder, skill_md
from catalog_builders import TENANT
from git_fixtures import BRANCH, Clone, clone, git, tree_of
from git_over_http import git_server
from mcpskills.adapters.git import trees
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.objects import OBJECT_LIMIT, Objects
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.git.seed import seed
from mcpskills.adapters.git.trees import FOLDER_LIMIT, SEEN_LIMIT, TREE_LIMIT
from mcpskills.proposal import ProposedChange
from publisher_scene import Scene, scene
from raw_git import (
    arrive,
    delta_on_zeros,
    raw_commit,
    raw_object,
    raw_registry,
    raw_skill,
    raw_tree,
)

ODD_COMMITS = {
    "no number in the zone": b"author A <a@b> 1 abc\ncommitter A <a@b> 1 abc\n\nx\n",
    "no number": b"author A <a@b>\ncommitter A <a@b>\n\nx\n",
    "no zone": b"author A <a@b> 1\ncommitter A <a@b> 1\n\nx\n",
    "a zone without digits": b"author A <a@b> 1 +\ncommitter A <a@b> 1 -\n\nx\n",
    "a header without a value": b"author A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\nfoo\n\nx\n",
    "a tag that is none": b"author A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\nmergetag x\n y\n\nx\n",
    "an encoding that is none": b"author A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\nencoding \xff\n\n\xff\n",
    "a date without end": b"author A <a@b> 1 +0000\ncommitter A <a@b> " + b"9" * 5000 + b" +0000\n\nx\n",
    "no author": b"committer A <a@b> 1 +0000\n\nx\n",
    "no committer": b"author A <a@b> 1 +0000\n\nx\n",
    "no address": b"author A\ncommitter A\n\nx\n",
    "no blank line": b"author A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n",
    "nothing at all": b"\n",
}


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Scene]:
    """One skill is live."""
    with scene(tmp_path) as made:
        made.work.publish(skill_folder())
        made.reconcile()
        yield made


def follow_up(registry: Scene) -> None:
    """Somebody who knows of nothing pushes another skill on top of what is there."""
    colleague = registry.root / "colleague"
    clone(registry.origin, colleague).publish(skill_folder("apple-pie"))


def brought(registry: Scene, skills: dict[str, str], *more: tuple[str, str]) -> str:
    """A push that brings a registry of just these folders, and what stands beside `skills`."""
    head = git(registry.origin, "rev-parse", BRANCH)
    return arrive(registry.origin, raw_commit(registry.origin, raw_registry(registry.origin, skills, *more), head))


@pytest.mark.parametrize("rest", ODD_COMMITS.values(), ids=ODD_COMMITS)
def test_an_odd_commit_is_published_and_so_is_what_stands_on_it(registry: Scene, rest: bytes):
    head = git(registry.origin, "rev-parse", BRANCH)
    skills = {"csv-profile": raw_skill(registry.origin, "csv-profile")}
    odd = arrive(registry.origin, raw_commit(registry.origin, raw_registry(registry.origin, skills), head, rest=rest))

    registry.reconcile()

    assert (registry.live(), registry.catalog.published(TENANT).commit) == ({"csv-profile": 1}, odd)

    tree = raw_registry(registry.origin, skills | {"apple-pie": raw_skill(registry.origin, "apple-pie")})
    arrive(registry.origin, raw_commit(registry.origin, tree, odd))
    registry.reconcile()

    assert registry.live() == {"apple-pie": 1, "csv-profile": 1}


@pytest.mark.parametrize("rest", ODD_COMMITS.values(), ids=ODD_COMMITS)
def test_proposals_can_be_made_on_an_odd_commit_and_an_odd_one_is_listed(registry: Scene, rest: bytes):
    tree = tree_of(registry.origin, BRANCH, "")
    odd = arrive(registry.origin, raw_commit(registry.origin, tree, rest=rest))
    git(registry.origin, "update-ref", "refs/heads/proposal/odd", raw_commit(registry.origin, tree, odd, rest=rest))
    forge = LocalForge(GitRepository.open(registry.registry, registry.data / "mirrors"), BRANCH)
    wanted = skill_folder("apple-pie")

    made = forge.propose(ProposedChange(wanted.path, wanted.entries, "Add it", "", "Ada"))

    assert {proposal.id for proposal in forge.proposals()} == {made.id, "odd"}


def test_an_odd_commit_at_a_url_can_be_fetched_followed_and_proposed_on(registry: Scene):
    rest = ODD_COMMITS["no number in the zone"]
    with git_server(registry.root) as server:
        registry.registry = f"{server.url}/registry.git"
        head = git(registry.origin, "rev-parse", BRANCH)
        tree = tree_of(registry.origin, BRANCH, "")
        odd = arrive(registry.origin, raw_commit(registry.origin, tree, head, rest=rest))
        registry.reconcile()
        skills = {"apple-pie": raw_skill(registry.origin, "apple-pie")}
        arrive(registry.origin, raw_commit(registry.origin, raw_registry(registry.origin, skills), odd))
        forge = LocalForge(GitRepository.open(registry.registry, registry.data / "mirrors"), BRANCH)
        wanted = skill_folder("csv-profile")

        registry.reconcile()
        made = forge.propose(ProposedChange(wanted.path, wanted.entries, "Add it", "", "Ada"))

        assert registry.live() == {"apple-pie": 1}
        assert git(registry.origin, "rev-parse", made.branch) == made.commit


def test_a_long_author_and_title_are_cut_and_cannot_move_a_cursor(registry: Scene):
    rest = b"author \x1b]0;" + b"A" * 2_000_000 + b" <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\n" + b"t" * 2_000_000
    head = git(registry.origin, "rev-parse", BRANCH)
    tree = raw_registry(registry.origin, {"apple-pie": raw_skill(registry.origin, "apple-pie")})
    arrive(registry.origin, raw_commit(registry.origin, tree, head, rest=rest))

    registry.reconcile()

    with closing(GitRepository.open(registry.registry, registry.root)) as repository:
        title = repository.commit(git(registry.origin, "rev-parse", BRANCH)).title
    author = registry.catalog.version(TENANT, "apple-pie", 1).origin.author
    assert author.startswith("\\x1b]0;AAA")
    assert author.isprintable()
    assert len(title) <= 200 >= len(author) - len("\\x1b")


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (b"7777777777 x", "malformed"),
        (b"100644 a/b", "malformed"),
        (b"100644 ", "malformed"),
        (b"100644 SKILL.md", "holds `SKILL.md` twice"),
        (b"40000 SKILL.md", "holds `SKILL.md` twice"),
    ],
)
def test_a_skill_whose_tree_says_two_things_is_quarantined_alone(registry: Scene, entry: bytes, says: str):
    evil = raw_object(registry.origin, "blob", b"evil")
    good = bytes.fromhex(raw_object(registry.origin, "blob", skill_md("csv-profile").encode()))
    content = b"100644 SKILL.md\0" + good + entry + b"\0" + bytes.fromhex(evil)
    bad = raw_object(registry.origin, "tree", content)
    brought(registry, {"apple-pie": raw_skill(registry.origin, "apple-pie"), "csv-profile": bad})

    registry.reconcile()

    assert registry.live() == {"apple-pie": 1}
    assert says in registry.quarantined()["skills/csv-profile"]

    assert registry.reconcile().done.quarantined == ()


def test_a_tree_that_ends_in_the_middle_of_an_entry_is_quarantined_wherever_it_stands(registry: Scene):
    cut = raw_object(registry.origin, "tree", b"100644 SKILL.md\0short")
    deep = raw_skill(registry.origin, "csv-profile", ("40000 references", cut))
    good = raw_skill(registry.origin, "apple-pie")
    brought(registry, {"apple-pie": good, "csv-profile": deep, "group": cut})

    registry.reconcile()

    assert registry.live() == {"apple-pie": 1}
    assert {path: "malformed" in reason for path, reason in registry.quarantined().items()} == {
        "skills/csv-profile": True,
        "skills/group": True,
    }


def test_a_skills_folder_that_is_malformed_itself_freezes_with_the_reason(registry: Scene):
    head = git(registry.origin, "rev-parse", BRANCH)
    skill = raw_skill(registry.origin, "apple-pie")
    skills = raw_tree(registry.origin, ("40000 apple-pie", skill), ("40000 apple-pie", skill))
    arrive(registry.origin, raw_commit(registry.origin, raw_tree(registry.origin, ("40000 skills", skills)), head))

    assert "holds `apple-pie` twice" in registry.reconcile().frozen
    assert registry.live() == {"pdf-forms": 1}

    brought(registry, {"apple-pie": skill})
    registry.reconcile()

    assert registry.live() == {"apple-pie": 1}


@pytest.mark.parametrize("name", [".git", ".GIT", "git~1", ".git.", ".g\u200cit", ".git::$INDEX_ALLOCATION"])
def test_a_skill_with_a_repository_inside_is_quarantined(registry: Scene, name: str):
    config = raw_object(registry.origin, "blob", b"[core]\n\tfsmonitor = touch /tmp/pwned\n")
    bad = raw_skill(
        registry.origin, "csv-profile", (f"40000 {name}", raw_tree(registry.origin, ("100644 config", config)))
    )
    brought(registry, {"apple-pie": raw_skill(registry.origin, "apple-pie"), "csv-profile": bad})

    registry.reconcile()

    assert registry.live() == {"apple-pie": 1}
    assert "SK021" in registry.quarantined()["skills/csv-profile"]


def test_a_folder_met_many_times_over_is_opened_once(registry: Scene):
    blob = raw_object(registry.origin, "blob", b"x")
    tree = raw_tree(registry.origin, *((f"100644 {number:04}", blob) for number in range(5_000)))
    for _ in range(8):
        tree = raw_tree(registry.origin, ("40000 a", tree), ("40000 b", tree))
    root = raw_registry(registry.origin, {"group": tree, "apple-pie": raw_skill(registry.origin, "apple-pie")})

    with Repo(os.fspath(registry.origin)) as repo:
        counting = Counting(repo.object_store)
        found = trees.skill_trees(counting, ObjectID(root.encode()), ())

    assert list(found) == ["skills/apple-pie"]
    assert len(counting.ids) == len(set(counting.ids)) == 12


@pytest.mark.parametrize("files", [0, 1])
def test_folders_without_number_freeze_with_the_limit(registry: Scene, files: int):
    blob = raw_object(registry.origin, "blob", b"x")
    tree = raw_tree(registry.origin, *((f"100644 {number}", blob) for number in range(files)))
    for _ in range(40):
        tree = raw_tree(registry.origin, ("40000 a", tree), ("40000 b", tree))
    brought(registry, {"group": tree})

    assert str(FOLDER_LIMIT) in registry.reconcile().frozen
    assert registry.live() == {"pdf-forms": 1}


def test_folders_full_of_files_freeze_with_the_limit(registry: Scene):
    blob = bytes.fromhex(raw_object(registry.origin, "blob", b"x"))
    many = b"".join(b"100644 %07d\0" % number + blob for number in range(TREE_LIMIT // 36))
    few = {f"group-{n}": raw_object(registry.origin, "tree", b"100644 %d\0" % n + blob + many) for n in range(5)}
    brought(registry, few)

    assert 5 * (TREE_LIMIT // 36) > SEEN_LIMIT
    assert str(SEEN_LIMIT) in registry.reconcile().frozen
    assert registry.live() == {"pdf-forms": 1}


def test_a_tree_of_a_million_entries_is_quarantined_unread(registry: Scene):
    blob = bytes.fromhex(raw_object(registry.origin, "blob", b"x"))
    huge = raw_object(registry.origin, "tree", b"".join(b"100644 %07d\0" % n + blob for n in range(1_000_000)))
    inside = raw_skill(registry.origin, "csv-profile", ("40000 assets", huge))
    brought(registry, {"apple-pie": raw_skill(registry.origin, "apple-pie"), "csv-profile": inside, "group": huge})

    registry.reconcile()

    assert registry.live() == {"apple-pie": 1}
    reasons = registry.quarantined()
    assert all(f"at most {TREE_LIMIT}" in reasons[path] for path in ("skills/csv-profile", "skills/group"))


def test_a_skill_of_folders_without_number_is_quarantined_and_nothing_of_it_is_left_out(registry: Scene):
    folder = raw_tree(registry.origin, ("100644 x", raw_object(registry.origin, "blob", b"x")))
    for _ in range(40):
        folder = raw_tree(registry.origin, ("40000 a", folder), ("40000 b", folder))
    bad = raw_skill(registry.origin, "csv-profile", ("40000 assets", folder))
    brought(registry, {"apple-pie": raw_skill(registry.origin, "apple-pie"), "csv-profile": bad})

    registry.reconcile()

    assert registry.live() == {"apple-pie": 1}
    assert "more than 10000 files and folders" in registry.quarantined()["skills/csv-profile"]


def test_a_small_file_on_a_huge_base_is_quarantined_unread(registry: Scene):
    megabytes = (OBJECT_LIMIT >> 20) + 1
    small = delta_on_zeros(registry.origin, b"x" * 100, megabytes)
    bad = raw_skill(registry.origin, "csv-profile", ("100644 notes.md", small))
    brought(registry, {"apple-pie": raw_skill(registry.origin, "apple-pie"), "csv-profile": bad})

    registry.reconcile()

    assert registry.live() == {"apple-pie": 1}
    assert f"at most {OBJECT_LIMIT} may be needed" in registry.quarantined()["skills/csv-profile"]


def test_a_small_file_on_a_base_within_the_limit_is_published(registry: Scene):
    small = delta_on_zeros(registry.origin, b"x" * 100, 2)
    brought(registry, {"csv-profile": raw_skill(registry.origin, "csv-profile", ("100644 notes.md", small))})

    registry.reconcile()

    assert registry.files("csv-profile")["notes.md"] == b"x" * 100


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (".".join("a" * 30_000) + "=1", "at most 400"),
        ("[limits]\nfiles = " + "9" * 5_000, "at most 400"),
        ("[limits]\nfiles = 0x" + "f" * 380, "can only tighten a limit"),
        ("[limits]\nfiles." + ".".join("a" * 190) + " = 1", "must be a whole number"),
        ("limits = " + "[\n" * 30_000, "cannot be read"),
        ("".join(f"[{'.'.join('a' * 190)}.b{number}]\n" for number in range(160)), "unknown key"),
    ],
    ids=["keys", "digits", "hex", "value", "lists", "tables"],
)
def test_a_registry_file_that_exhausts_its_reader_freezes_with_the_reason(registry: Scene, toml: str, says: str):
    skills = {"apple-pie": raw_skill(registry.origin, "apple-pie")}
    brought(registry, skills, ("100644 registry.toml", raw_object(registry.origin, "blob", toml.encode())))

    assert says in registry.reconcile().frozen
    assert registry.live() == {"pdf-forms": 1}

    brought(registry, skills)
    registry.reconcile()

    assert registry.live() == {"apple-pie": 1}


def test_a_registry_file_that_is_a_folder_in_truth_freezes_with_the_reason(registry: Scene):
    skills = {"apple-pie": raw_skill(registry.origin, "apple-pie")}
    brought(registry, skills, ("100644 registry.toml", raw_tree(registry.origin)))

    assert "is no blob" in registry.reconcile().frozen
    assert registry.catalog.published(TENANT).frozen

    brought(registry, skills)
    registry.reconcile()

    assert registry.live() == {"apple-pie": 1}


def test_a_folder_whose_name_commands_a_terminal_is_logged_without_its_commands(registry: Scene):
    path = "skills/\x1b]0;pwned\x07\x9b2J"
    registry.work.publish(skill_folder("apple-pie"), skill_folder(path=path))

    with capture_logs() as logs:
        registry.reconcile()

    (told,) = [entry for entry in logs if entry["event"] == "quarantined"]
    assert "\\x1b]0;pwned" in told["path"]
    assert all(value.isprintable() for value in told.values())
    assert registry.live()["apple-pie"] == 1


def test_what_git_finds_malformed_is_refused_at_the_push_to_a_seeded_registry(tmp_path: Path):
    template = tmp_path / "template"
    Clone(template).put(skill_folder())
    seed(tmp_path / "registry.git", template, BRANCH)
    work = clone(tmp_path / "registry.git", tmp_path / "work")
    odd = raw_commit(work.path, tree_of(work.path, "HEAD", ""), work.head, rest=ODD_COMMITS["no author"])

    with pytest.raises(AssertionError, match="missingAuthor"):
        git(work.path, "push", "--quiet", "origin", f"{odd}:refs/heads/{BRANCH}")

    work.publish(skill_folder("apple-pie"))
    assert git(tmp_path / "registry.git", "rev-parse", BRANCH) == work.head


class Counting(Objects):
    """Remembers what was read."""

    def __init__(self, store) -> None:
        super().__init__(store)
        self.ids: list[ObjectID] = []

    def read(self, oid: ObjectID, kind: type[ShaFile], limit: int) -> bytes:
        self.ids.append(oid)
        return super().read(oid, kind, limit)
