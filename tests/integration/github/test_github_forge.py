"""What is GitHub's own about proposals there: who may do what, whose words are repeated, and which repository it is."""

from contextlib import closing
from pathlib import Path

import pytest

import forge_scenes
from builders import skill_folder
from fakes.github import FakeGitHub, FakeRepository
from forge_scenes import NAME, change, client_of
from git_fixtures import BRANCH, Clone, bare, git
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.github.forge import GitHubForge
from mcpskills.errors import ConflictError, NotFoundError, UnavailableError
from mcpskills.proposal import ProposalState


@pytest.fixture
def forge(hub: FakeGitHub, repository: FakeRepository, work: Clone, tmp_path: Path) -> GitHubForge:
    client = client_of(hub, repository)
    return GitHubForge(client, mirror_of(client, tmp_path), BRANCH)


@pytest.fixture
def mirror(hub: FakeGitHub, repository: FakeRepository, tmp_path: Path):
    with closing(mirror_of(client_of(hub, repository), tmp_path)) as opened:
        yield opened


def mirror_of(client, at: Path) -> GitRepository:
    return GitRepository.open(client.app.location, at / "mirrors", client.tokens.credentials)


def test_a_proposal_is_a_pull_request_with_a_page(forge: GitHubForge, hub: FakeGitHub, repository: FakeRepository):
    made = forge.propose(change(skill_folder("csv-profile"), title="Add csv-profile"))

    (pull,) = repository.pulls.values()
    assert made.url == f"{hub.url}/{NAME}/pull/1"
    assert (pull.title, pull.base, pull.head) == ("Add csv-profile", BRANCH, made.commit)


def test_nobody_speaks_through_the_app_in_markdown(forge: GitHubForge, repository: FakeRepository):
    hostile = forge_scenes.ProposedChange(
        "skills/x", skill_folder("x").entries, "Add x", "@example/everyone look: <img src=x> #12", "Eve"
    )

    forge.propose(hostile)

    assert repository.pulls[1].body == "`@example/everyone` look: `<img` `src=x>` `#12`"


def test_nobody_approves_what_the_app_itself_proposed(forge: GitHubForge):
    made = forge.propose(change(skill_folder("csv-profile")))

    with pytest.raises(ConflictError, match="your own pull request"):
        forge.approve(made.id, made.commit, "Grace")


def test_what_people_said_last_on_github_counts(forge: GitHubForge, repository: FakeRepository):
    made = forge.propose(change(skill_folder("csv-profile")))
    for user, state in (("grace", "APPROVED"), ("alan", "APPROVED"), ("alan", "CHANGES_REQUESTED")):
        repository.review(int(made.id), state, user)

    assert [yes.by for yes in forge.proposal(made.id).approvals] == ["grace"]


def test_a_listing_asks_github_once_however_many_there_are(forge: GitHubForge, hub: FakeGitHub):
    for number in range(3):
        forge.propose(change(skill_folder(f"skill-{number}")))
    hub.calls.clear()

    listed = forge.proposals()

    assert [(proposal.approvals, proposal.approved) for proposal in listed] == [(None, None)] * 3
    assert sum("/pulls" in path for _, path in hub.calls) == 1


def test_a_pull_request_into_another_branch_is_no_proposal(forge: GitHubForge, repository: FakeRepository, work: Clone):
    git(repository.path, "branch", "release", BRANCH)
    work.put(skill_folder("other"))
    work.commit()
    git(work.path, "push", "--quiet", "origin", "HEAD:refs/heads/feature")
    pull = repository.open("feature", base="release", title="Elsewhere")

    with pytest.raises(NotFoundError):
        forge.proposal(str(pull.number))

    assert list(forge.proposals()) == []


def test_a_merge_that_github_refuses_is_told_in_its_words(
    forge: GitHubForge, hub: FakeGitHub, repository: FakeRepository
):
    made = forge.propose(change(skill_folder("csv-profile")))
    hub.rules = "At least 1 approving review is required by reviewers with write access."

    with pytest.raises(ConflictError, match="At least 1 approving review"):
        forge.merge(made.id, made.commit, "Grace")

    assert repository.pulls[1].state == "open"


def test_a_merge_is_tried_again_when_another_one_was_faster(forge: GitHubForge, hub: FakeGitHub):
    made = forge.propose(change(skill_folder("csv-profile")))
    hub.overtaken = 3

    assert forge.merge(made.id, made.commit, "Grace").state is ProposalState.MERGED


def test_somebody_who_merges_on_github_is_seen_here(forge: GitHubForge, repository: FakeRepository):
    made = forge.propose(change(skill_folder("csv-profile")))
    pull = repository.pulls[1]
    git(repository.path, "update-ref", f"refs/heads/{BRANCH}", pull.head)
    repository.end(pull, "grace", pull.head)

    merged = forge.proposal(made.id)

    assert (merged.state, merged.ending.by) == (ProposalState.MERGED, "grace")


@pytest.mark.parametrize("moved", [{"owner_id": 99}, {"id": 99}])
def test_a_repository_that_was_transferred_or_replaced_is_not_written_to(
    forge: GitHubForge, hub: FakeGitHub, repository: FakeRepository, moved: dict[str, int]
):
    made = forge.propose(change(skill_folder("csv-profile")))
    before = git(repository.path, "for-each-ref")
    for field, value in moved.items():
        setattr(repository, field, value)

    for write in (
        lambda: forge.propose(change(skill_folder("other"))),
        lambda: forge.merge(made.id, made.commit, "Grace"),
        lambda: forge.close(made.id, "Grace"),
    ):
        with pytest.raises((ConflictError, NotFoundError)):
            write()

    assert git(repository.path, "for-each-ref") == before


def test_git_itself_gets_nothing_from_a_repository_of_another_number(
    mirror: GitRepository, repository: FakeRepository, work: Clone
):
    mirror.fetch(BRANCH)
    repository.id = 99

    with pytest.raises(UnavailableError):
        mirror.fetch(BRANCH)

    assert mirror.head(BRANCH) == work.head


def test_a_fetch_brings_only_what_is_new_and_asks_for_a_new_token_in_time(
    mirror: GitRepository, hub: FakeGitHub, work: Clone, tmp_path: Path
):
    hub.token_seconds = 60
    work.write({"big.bin": bytes(range(256)) * 4000})
    work.push()
    mirror.fetch(BRANCH)
    asked = hub.issued

    head = work.publish(skill_folder(body="Better.\n"))
    mirror.fetch(BRANCH)

    packs = sorted(pack.stat().st_size for pack in (tmp_path / "mirrors").rglob("*.pack"))
    assert mirror.head(BRANCH) == head
    assert hub.issued > asked
    assert packs[0] < 4000


def test_a_registry_whose_name_is_free_again_is_not_somebody_elses(
    hub: FakeGitHub, repository: FakeRepository, work: Clone, tmp_path: Path
):
    client = client_of(hub, repository)
    forge = GitHubForge(client, mirror_of(client, tmp_path), BRANCH)
    repository.name, repository.path = "acme/moved", bare(tmp_path / "hub" / "acme" / "moved.git")
    hub.create("acme/other", id=5)
    hub.repositories[-1].name = NAME

    with pytest.raises((ConflictError, NotFoundError)):
        forge.propose(change(skill_folder("csv-profile")))
