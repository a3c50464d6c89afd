"""What becomes of a proposal on a bare repository: it is kept in the repository itself."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

import forge_scenes
from builders import skill_folder
from forge_scenes import ForgeScene
from git_fixtures import BRANCH, git, pack_everything, tree_of
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import ConflictError
from mcpskills.proposal import ProposalState
from raw_git import raw_object

REVIEWED = '[review]\nrequired = ["@example/reviewers"]\n'


@pytest.fixture
def scene(tmp_path: Path):
    with forge_scenes.local(tmp_path) as made:
        yield made


def record(which: str) -> str:
    return f"refs/mcpskills/proposals/{which}"


def test_whoever_opens_the_repository_later_sees_what_was_decided(scene: ForgeScene):
    approved = scene.propose(skill_folder("one"))
    closed = scene.propose(skill_folder("two"))
    scene.forge.approve(approved.id, approved.commit, "Grace", "Looks right.")
    scene.forge.close(closed.id, "Grace", "Not needed.")
    pack_everything(scene.origin)
    git(scene.origin, "prune", "--expire=now")

    later = scene.another()

    (yes,) = later.proposal(approved.id).approvals
    assert (yes.by, yes.comment) == ("Grace", "Looks right.")
    ended = later.proposal(closed.id)
    assert (ended.state, ended.ending.by, ended.ending.comment) == (ProposalState.CLOSED, "Grace", "Not needed.")
    assert later.changed(closed.id).skills[0].after == skill_folder("two")


def test_the_story_of_a_proposal_is_told_by_git(scene: ForgeScene):
    made = scene.propose(skill_folder("one"))
    scene.forge.approve(made.id, made.commit, "Grace")
    scene.forge.approve(made.id, made.commit, "Grace")
    scene.forge.merge(made.id, made.commit, "Linus <linus@example.org>")

    story = git(scene.origin, "log", "--first-parent", "--format=%an %s", record(made.id)).splitlines()

    assert story[:2] == [f"Linus Merge the proposal {made.id}", f"Grace Approve the proposal {made.id}"]
    assert git(scene.origin, "log", "-1", "--format=%an|%s|%b", BRANCH).strip() == (
        f"Linus|Merge proposal {made.id}|Change a skill"
    )
    assert git(scene.origin, "for-each-ref", "refs/heads/proposal") == ""


def test_without_an_approval_nothing_is_merged_where_the_registry_asks_for_reviews(scene: ForgeScene):
    scene.work.write({"registry.toml": REVIEWED})
    scene.work.push()
    made = scene.propose(skill_folder("one"))
    scene.forge.approve(made.id, made.commit, "Grace")
    newer = scene.push_to(made, skill_folder("one", body="Newer.\n"))

    with pytest.raises(ConflictError, match="nobody has approved"):
        scene.forge.merge(made.id, newer, "Grace")

    scene.forge.approve(made.id, newer, "Grace")
    assert scene.forge.merge(made.id, newer, "Grace").state is ProposalState.MERGED


def test_whoever_made_the_proposal_is_no_reviewer_of_it(scene: ForgeScene):
    scene.work.write({"registry.toml": REVIEWED})
    scene.work.push()
    made = scene.propose(skill_folder("one"))

    own = scene.forge.approve(made.id, made.commit, "Ada Author")

    assert (own.approved, [yes.by for yes in own.approvals]) == (False, ["Ada Author"])
    with pytest.raises(ConflictError, match="What its author says does not count"):
        scene.forge.merge(made.id, made.commit, "Grace")


def test_a_policy_that_cannot_be_read_does_not_keep_its_repair_out(scene: ForgeScene):
    scene.work.write({"registry.toml": "[review\n"})
    scene.work.push()
    made = scene.propose(skill_folder("one"))

    assert scene.forge.merge(made.id, made.commit, "Grace").state is ProposalState.MERGED


def test_a_branch_pushed_by_hand_is_approved_and_merged_like_any_other(scene: ForgeScene):
    scene.work.put(skill_folder(body="By hand.\n"))
    commit = scene.work.commit("Change it by hand")
    git(scene.work.path, "push", "--quiet", "origin", "HEAD:refs/heads/proposal/team/by-hand")

    scene.forge.approve("team/by-hand", commit, "Grace")
    merged = scene.forge.merge("team/by-hand", commit, "Grace")

    assert (merged.state, merged.title) == (ProposalState.MERGED, "Change it by hand")
    assert scene.shown("skills/pdf-forms/SKILL.md").endswith("By hand.")


def test_what_is_pushed_to_a_closed_proposal_opens_it_again(scene: ForgeScene):
    made = scene.propose(skill_folder("one"))
    git(scene.work.path, "fetch", "--quiet", "origin")
    scene.forge.close(made.id, "Grace")

    newer = scene.push_to(made, skill_folder("one", body="Newer.\n"))

    (again,) = scene.forge.proposals()
    assert (again.id, again.commit, again.state) == (made.id, newer, ProposalState.OPEN)


def test_a_merge_stands_and_says_so_when_its_record_cannot_be_written(scene: ForgeScene):
    made = scene.propose(skill_folder("one"))
    lock = scene.origin / f"{record(made.id)}.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()

    with capture_logs() as logs:
        merged = scene.forge.merge(made.id, made.commit, "Grace")

    assert merged.state is ProposalState.MERGED
    assert [(entry["log_level"], entry["proposal"]) for entry in logs] == [("warning", made.id)]


def test_a_record_that_is_none_is_written_anew(scene: ForgeScene):
    made = scene.propose(skill_folder("one"))
    odd = git(scene.work.path, "rev-parse", "HEAD")
    git(scene.origin, "update-ref", record(made.id), odd)

    scene.forge.approve(made.id, made.commit, "Grace")

    assert scene.forge.proposal(made.id).approved
    assert git(scene.origin, "rev-parse", f"{record(made.id)}^1") == odd


def test_a_reference_to_anything_else_is_no_record(scene: ForgeScene):
    made = scene.propose(skill_folder("one"))
    git(scene.origin, "update-ref", record(made.id), raw_object(scene.origin, "blob", b"{}"))

    assert scene.forge.proposal(made.id) == made
    assert list(scene.forge.proposals()) == [made]


def test_a_branch_that_is_checked_out_is_not_moved_under_its_files(scene: ForgeScene, tmp_path: Path):
    forge = LocalForge(GitRepository.open(str(scene.work.path), tmp_path), BRANCH)
    made = forge.propose(forge_scenes.change(skill_folder("one")))

    with pytest.raises(ConflictError, match=f"git merge {made.branch}"):
        forge.merge(made.id, made.commit, "Grace")

    assert git(scene.work.path, "status", "--porcelain") == ""


def test_files_outside_of_skills_are_named(scene: ForgeScene):
    scene.work.write({"registry.toml": REVIEWED, "skills/README.md": "Ours.\n", "docs/a/b.md": "x\n"})
    commit = scene.work.commit("Change the rules")
    git(scene.work.path, "push", "--quiet", "origin", f"{commit}:refs/heads/proposal/rules")

    changed = scene.forge.changed("rules")

    assert changed.elsewhere == ("docs/a/b.md", "registry.toml", "skills/README.md")
    assert (changed.skills, changed.left_out) == ((), 0)


def test_looking_at_one_proposal_after_another_opens_each_skill_once(scene: ForgeScene):
    published = scene.work.publish(skill_folder("one"), skill_folder("two"))
    first = scene.propose(skill_folder("three"))
    second = scene.propose(skill_folder("one", body="Newer.\n"))
    scene.forge.changed(first.id)
    gone = tree_of(scene.origin, published, "skills/two")
    (scene.origin / "objects" / gone[:2] / gone[2:]).unlink()

    changed = scene.forge.changed(second.id)

    assert [change.path for change in changed.skills] == ["skills/one"]
    assert "skills/two" in changed.folders


def test_of_many_changed_skills_only_the_first_are_read(scene: ForgeScene):
    scene.work.put(*(skill_folder(f"skill-{number}") for number in range(60)))
    commit = scene.work.commit("Add many")
    git(scene.work.path, "push", "--quiet", "origin", f"{commit}:refs/heads/proposal/many")

    changed = scene.forge.changed("many")

    assert (len(changed.skills), changed.left_out) == (50, 10)
