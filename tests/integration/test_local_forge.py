"""Proposals on a bare repository, as somebody sees them who uses plain Git."""

from pathlib import Path

import pytest

from builders import entry, script, skill_folder, symlink
from git_fixtures import BRANCH, Clone, bare, clone, git
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.git.seed import seed
from mcpskills.errors import ConflictError, NotFoundError
from mcpskills.proposal import ProposedChange


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    return bare(tmp_path / "registry.git")


@pytest.fixture
def work(origin: Path, tmp_path: Path) -> Clone:
    made = clone(origin, tmp_path / "work")
    made.write({"README.md": "Ours.\n", "skills/office/csv-profile/SKILL.md": "x"})
    made.publish(skill_folder(files={"references/old.md": "Old.\n", "scripts/run.py": script("print(1)\n")}))
    return made


@pytest.fixture
def forge(origin: Path, tmp_path: Path) -> LocalForge:
    return LocalForge(GitRepository.open(str(origin), tmp_path / "mirrors"), BRANCH)


def change(**entries: str) -> ProposedChange:
    return ProposedChange(
        folder="skills/pdf-forms",
        entries={path: entry(text) for path, text in entries.items()},
        title="Say it better",
        body="Because it was wrong.",
        author="Grace <grace@example.org>",
    )


def listing(repository: Path, commit: str) -> dict[str, str]:
    """Modes by path."""
    lines = git(repository, "ls-tree", "-r", commit).splitlines()
    return {line.partition("\t")[2]: line.split()[0] for line in lines}


def test_the_folder_holds_exactly_what_was_proposed_and_all_else_stays(origin: Path, work: Clone, forge: LocalForge):
    wanted = skill_folder(body="Better.\n", files={"scripts/new.sh": script("echo\n"), "link": symlink("SKILL.md")})

    proposal = forge.propose(ProposedChange(wanted.path, wanted.entries, "Say it better", "", "Grace"))

    assert listing(origin, proposal.commit) == {
        "README.md": "100644",
        "skills/office/csv-profile/SKILL.md": "100644",
        "skills/pdf-forms/SKILL.md": "100644",
        "skills/pdf-forms/link": "120000",
        "skills/pdf-forms/scripts/new.sh": "100755",
    }
    assert git(origin, "show", f"{proposal.commit}:skills/pdf-forms/SKILL.md").endswith("Better.")


def test_a_proposal_is_one_commit_on_top_of_the_tracked_branch_which_stays(
    origin: Path, work: Clone, forge: LocalForge
):
    proposal = forge.propose(change(**{"SKILL.md": "x"}))

    assert git(origin, "rev-parse", BRANCH) == work.head == proposal.base
    assert git(origin, "rev-parse", f"{proposal.branch}^") == work.head
    assert git(origin, "rev-parse", proposal.branch) == proposal.commit
    assert proposal.branch == f"proposal/{proposal.id}"
    assert proposal.id.startswith("say-it-better-")


def test_title_body_and_author_are_the_commits_own(origin: Path, work: Clone, forge: LocalForge):
    proposal = forge.propose(change(**{"SKILL.md": "x"}))

    told = git(origin, "show", "--no-patch", "--format=%an|%ae|%cn|%B", proposal.commit)

    assert told.strip() == "Grace|grace@example.org|Open MCP Skills|Say it better\n\nBecause it was wrong."


def test_git_finds_nothing_wrong_with_what_was_written(origin: Path, work: Clone, forge: LocalForge):
    forge.propose(change(**{"SKILL.md": "x", "a.b": "1", "a/b": "2", "a-b": "3", "a0": "4", "é.md": "5"}))

    assert git(origin, "fsck", "--strict") == ""


def test_a_new_folder_can_be_proposed_deep_down(origin: Path, work: Clone, forge: LocalForge):
    wanted = skill_folder("new-skill", path="skills/a/b/c/new-skill")

    proposal = forge.propose(ProposedChange(wanted.path, wanted.entries, "Add new-skill", "", "Grace"))

    assert "skills/a/b/c/new-skill/SKILL.md" in listing(origin, proposal.commit)


def test_proposing_no_files_removes_the_folder(origin: Path, work: Clone, forge: LocalForge):
    proposal = forge.propose(ProposedChange("skills/office/csv-profile", {}, "Remove csv-profile", "", "Grace"))

    assert not [path for path in listing(origin, proposal.commit) if path.startswith("skills/office")]


def test_a_proposal_is_closed_by_merging_it(origin: Path, work: Clone, forge: LocalForge):
    proposal = forge.propose(change(**{"SKILL.md": "x"}))
    other = forge.propose(change(**{"SKILL.md": "y"}))

    git(work.path, "fetch", "--quiet", "origin")
    git(work.path, "merge", "--quiet", "--no-ff", "--message", "Merge it", f"origin/{proposal.branch}")
    work.push()

    assert [open_one.id for open_one in forge.proposals()] == [other.id]


def test_a_proposal_that_somebody_pushed_by_hand_is_listed(origin: Path, work: Clone, forge: LocalForge):
    work.put(skill_folder(body="By hand.\n"))
    commit = work.commit("Change it by hand")
    git(work.path, "push", "--quiet", "origin", "HEAD:refs/heads/proposal/by-hand")

    (proposal,) = forge.proposals()

    assert (proposal.id, proposal.commit, proposal.title, proposal.author) == (
        "by-hand",
        commit,
        "Change it by hand",
        "Ada Author",
    )


def test_a_proposal_needs_a_branch_to_stand_on(origin: Path, forge: LocalForge):
    with pytest.raises(NotFoundError, match="push a first commit"):
        forge.propose(change(**{"SKILL.md": "x"}))

    assert list(forge.proposals()) == []


def test_a_file_is_read_as_it_was_pushed_last(work: Clone, forge: LocalForge):
    first = forge.file("README.md")
    work.write({"README.md": "Yours.\n"})
    work.push()

    assert (first, forge.file("README.md")) == (b"Ours.\n", b"Yours.\n")


def test_there_is_no_file_while_there_is_no_branch(forge: LocalForge):
    assert forge.file("README.md") is None


def test_a_seeded_repository_can_be_cloned_changed_and_pushed_to(tmp_path: Path):
    template = tmp_path / "template"
    work = Clone(template)
    work.put(skill_folder(files={"scripts/run.py": script("print(1)\n")}))
    work.write({"registry.toml": "[limits]\n", ".github/workflows/ci.yml": "on: push\n"})
    work.write({"skills/pdf-forms/scripts/__pycache__/run.pyc": b"\0"})

    commit = seed(tmp_path / "data" / "registry.git", template, "trunk")

    seeded = tmp_path / "data" / "registry.git"
    assert git(seeded, "symbolic-ref", "HEAD") == "refs/heads/trunk"
    assert git(seeded, "rev-parse", "trunk") == commit
    assert listing(seeded, commit) == {
        ".github/workflows/ci.yml": "100644",
        "registry.toml": "100644",
        "skills/pdf-forms/SKILL.md": "100644",
        "skills/pdf-forms/scripts/run.py": "100755",
    }
    git(tmp_path, "clone", "--quiet", str(seeded), "cloned")
    pushed = Clone(tmp_path / "cloned", "trunk").publish(skill_folder(body="Better.\n"))
    assert git(seeded, "rev-parse", "trunk") == pushed
    assert git(seeded, "fsck", "--strict") == ""


def test_nothing_is_seeded_over_what_stands_there(tmp_path: Path):
    (tmp_path / "there").mkdir()
    (tmp_path / "template").mkdir()

    with pytest.raises(ConflictError, match="stands there already"):
        seed(tmp_path / "there", tmp_path / "template", BRANCH)


def test_a_template_that_is_not_there_leaves_nothing_behind(tmp_path: Path):
    with pytest.raises(NotFoundError):
        seed(tmp_path / "data" / "registry.git", tmp_path / "template", BRANCH)

    assert not (tmp_path / "data").exists()
