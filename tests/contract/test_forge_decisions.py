"""What `ports.Forge` promises about approving, merging and closing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from builders import skill_folder
from forge_scenes import ForgeScene, change
from git_fixtures import BRANCH, git
from mcpskills.errors import ConflictError, NotFoundError, PreconditionFailedError
from mcpskills.proposal import Approval, Proposal, ProposalState, ProposedChange

SKILL = "skills/pdf-forms/SKILL.md"


def test_a_proposal_is_found_by_its_id(scene: ForgeScene):
    made = scene.propose(skill_folder("csv-profile"))

    assert scene.forge.proposal(made.id) == made
    assert made.state is ProposalState.OPEN


@pytest.mark.parametrize("which", ["nothing-here", "99", "..", "", "a b", "../main", "x/../../main", "é\0"])
def test_a_proposal_that_does_not_exist_is_not_found(scene: ForgeScene, which: str):
    for ask in (scene.forge.proposal, scene.forge.changed, lambda id_: scene.forge.close(id_, "Grace")):
        with pytest.raises(NotFoundError, match="no proposal"):
            ask(which)


def test_what_changes_is_told_with_the_content_before_and_after(scene: ForgeScene):
    made = scene.propose(skill_folder(body="Better.\n"))
    added = scene.propose(skill_folder("csv-profile"))
    removed = scene.forge.propose(ProposedChange("skills/pdf-forms", {}, "Remove it", "", "Ada"))

    (edit,) = scene.forge.changed(made.id).skills
    (addition,) = scene.forge.changed(added.id).skills
    (removal,) = scene.forge.changed(removed.id).skills

    assert (edit.before, edit.after) == (skill_folder(), skill_folder(body="Better.\n"))
    assert (addition.before, addition.after) == (None, skill_folder("csv-profile"))
    assert (removal.before, removal.after) == (skill_folder(), None)


def test_what_moved_on_in_the_tracked_branch_is_no_change_of_the_proposal(scene: ForgeScene):
    made = scene.propose(skill_folder("csv-profile"))
    scene.publish(skill_folder(body="Better.\n"))

    changed = scene.forge.changed(made.id)

    assert [change.path for change in changed.skills] == ["skills/csv-profile"]
    assert changed.elsewhere == ()


def test_all_skills_that_would_stand_after_a_merge_are_named(scene: ForgeScene):
    added = scene.propose(skill_folder("csv-profile"))
    removed = scene.forge.propose(ProposedChange("skills/pdf-forms", {}, "Remove it", "", "Ada"))
    around = scene.propose(skill_folder("office", path="skills/office"))
    scene.publish(skill_folder("meanwhile", path="skills/office/meanwhile"))

    named = [scene.forge.changed(made.id).folders for made in (added, removed, around)]

    assert named == [
        ("skills/csv-profile", "skills/office/meanwhile", "skills/pdf-forms"),
        ("skills/office/meanwhile",),
        ("skills/office", "skills/pdf-forms"),
    ]


def test_a_file_is_read_as_a_proposal_leaves_it(scene: ForgeScene):
    made = scene.propose(skill_folder(body="Better.\n"))

    commit = scene.forge.changed(made.id).commit

    assert scene.forge.file(SKILL, commit).endswith(b"Better.\n")
    assert not scene.forge.file(SKILL).endswith(b"Better.\n")


def test_a_merge_brings_the_proposal_beside_what_the_tracked_branch_got_meanwhile(scene: ForgeScene):
    made = scene.propose(skill_folder("csv-profile"))
    head = scene.publish(skill_folder(body="Better.\n"))

    merged = scene.forge.merge(made.id, made.commit, "Grace")

    assert merged.state is ProposalState.MERGED
    assert scene.shown(SKILL).endswith("Better.")
    assert scene.holds("skills/csv-profile/SKILL.md")
    assert git(scene.origin, "rev-parse", f"{BRANCH}^1", f"{BRANCH}^2").split() == [head, made.commit]
    assert merged.ending.commit == git(scene.origin, "rev-parse", BRANCH)
    assert list(scene.forge.proposals()) == []
    assert git(scene.origin, "fsck", "--strict") == ""


def test_a_merged_proposal_still_tells_what_it_changed(scene: ForgeScene):
    made = scene.propose(skill_folder("csv-profile"))
    scene.forge.merge(made.id, made.commit, "Grace")

    assert scene.forge.proposal(made.id).state is ProposalState.MERGED
    assert [change.after for change in scene.forge.changed(made.id).skills] == [skill_folder("csv-profile")]


def test_a_head_that_moved_is_not_merged(scene: ForgeScene):
    made = scene.propose(skill_folder("csv-profile"))
    newer = scene.push_to(made, skill_folder("csv-profile", body="Newer.\n"))

    with pytest.raises(PreconditionFailedError, match="look at it again"):
        scene.forge.merge(made.id, made.commit, "Grace")

    assert not scene.holds("skills/csv-profile")
    assert scene.forge.proposal(made.id).commit == newer
    assert scene.forge.merge(made.id, newer, "Grace").state is ProposalState.MERGED


def test_a_path_that_both_sides_changed_is_a_conflict(scene: ForgeScene):
    made = scene.propose(skill_folder(body="Mine.\n"))
    scene.publish(skill_folder(body="Theirs.\n"))

    with pytest.raises(ConflictError, match="merge"):
        scene.forge.merge(made.id, made.commit, "Grace")

    assert scene.shown(SKILL).endswith("Theirs.")
    assert scene.forge.proposal(made.id).state is ProposalState.OPEN


def test_a_proposal_is_merged_once(scene: ForgeScene):
    made = scene.propose(skill_folder("csv-profile"))
    merged = scene.forge.merge(made.id, made.commit, "Grace")

    for again in (scene.forge.merge, scene.forge.approve):
        with pytest.raises(ConflictError, match="merged"):
            again(made.id, made.commit, "Grace")
    with pytest.raises(ConflictError, match="merged"):
        scene.forge.close(made.id, "Grace")

    assert git(scene.origin, "rev-parse", BRANCH) == merged.ending.commit


def test_a_proposal_that_ended_or_started_from_other_content_stands_no_more(scene: ForgeScene):
    closed, stale = scene.propose(skill_folder("csv-profile")), scene.propose(skill_folder(body="Mine.\n"))
    scene.forge.close(closed.id, "Grace")
    scene.publish(skill_folder(body="Theirs.\n"))

    assert scene.forge.standing(change(skill_folder("csv-profile"))) is None
    assert scene.forge.standing(change(skill_folder(body="Mine.\n"))) is None
    assert scene.forge.proposal(stale.id).state is ProposalState.OPEN


def test_a_closed_proposal_stays_readable_and_is_not_merged(scene: ForgeScene):
    made = scene.propose(skill_folder("csv-profile"), title="Add csv-profile")

    closed = scene.forge.close(made.id, "Grace", "Not needed any more.")

    assert (closed.state, closed.title) == (ProposalState.CLOSED, "Add csv-profile")
    assert list(scene.forge.proposals()) == []
    assert scene.forge.close(made.id, "Grace") == closed == scene.forge.proposal(made.id)
    assert len(scene.forge.changed(made.id).skills) == 1
    with pytest.raises(ConflictError, match="closed"):
        scene.forge.merge(made.id, made.commit, "Grace")


def test_two_proposals_merged_at_once_are_both_in_the_branch(scene: ForgeScene):
    made = [scene.propose(skill_folder(f"skill-{number}")) for number in range(2)]

    with ThreadPoolExecutor(2) as pool:
        merging = [
            pool.submit(forge.merge, proposal.id, proposal.commit, "Grace")
            for forge, proposal in zip((scene.forge, scene.another()), made, strict=True)
        ]
        done = [future.exception() for future in merging]

    for proposal, failed in zip(made, done, strict=True):
        if failed:
            assert isinstance(failed, PreconditionFailedError)
            scene.forge.merge(proposal.id, proposal.commit, "Grace")
    assert all(scene.holds(f"skills/skill-{number}") for number in range(2))
    assert list(scene.forge.proposals()) == []


def test_the_same_proposal_merged_twice_at_once_is_merged_once(scene: ForgeScene):
    made = scene.propose(skill_folder("csv-profile"))

    with ThreadPoolExecutor(2) as pool:
        merging = [pool.submit(forge.merge, made.id, made.commit, "Grace") for forge in (scene.forge, scene.another())]
        done = [future.exception() for future in merging]

    assert sum(failed is None for failed in done) == 1
    assert len(git(scene.origin, "rev-list", "--merges", BRANCH).split()) == 1


def test_an_approval_counts_for_the_commit_that_was_seen(scene: ForgeScene):
    made = scene.by_hand(skill_folder("csv-profile"))
    approved = scene.forge.approve(made.id, made.commit, "Grace", "Looks right.")
    scene.push_to(made, skill_folder("csv-profile", body="Newer.\n"))

    now = scene.forge.proposal(made.id)

    assert approved.approved
    assert [(yes.commit, "Looks right." in yes.comment) for yes in now.approvals] == [(made.commit, True)]
    assert not now.approved
    with pytest.raises(PreconditionFailedError):
        scene.forge.approve(made.id, made.commit, "Grace")


def test_the_yes_of_its_author_does_not_count(scene: ForgeScene):
    made = scene.by_hand(skill_folder("csv-profile"))

    assert replace(made, approvals=(approval(made.author.upper(), made),)).approved is False
    assert replace(made, approvals=(approval(f"{made.author} <a@example.org>", made),)).approved is False
    assert scene.forge.approve(made.id, made.commit, "Grace").approved is True


def approval(by: str, proposal: Proposal) -> Approval:
    return Approval(by, proposal.opened_at, proposal.commit, "")
