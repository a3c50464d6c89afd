"""What GitHub shows of a commit after the publisher saw it."""

from datetime import UTC, datetime

import pytest

from builders import skill_folder
from fakes.github import FakeGitHub, FakeRepository
from fakes.github_app import APP_ID, BOT
from forge_scenes import client_of
from git_fixtures import BRANCH, Clone, git
from mcpskills.adapters.github.reporting import CONTEXT, MARKER, GitHubReports
from mcpskills.errors import UnavailableError
from mcpskills.version import Quarantine


@pytest.fixture
def reports(hub: FakeGitHub, repository: FakeRepository) -> GitHubReports:
    return GitHubReports(client_of(hub, repository))


@pytest.fixture
def merged(repository: FakeRepository, work: Clone) -> str:
    """The commit by which pull request 1 was merged."""
    work.put(skill_folder("csv-profile"))
    commit = work.commit()
    git(work.path, "push", "--quiet", "origin", f"{commit}:refs/heads/feature", f"{commit}:refs/heads/{BRANCH}")
    pull = repository.open("feature", title="Add csv-profile")
    repository.end(pull, "grace", commit)
    return commit


def refusal(path: str = "skills/csv-profile", reason: str = "The description is missing.") -> Quarantine:
    return Quarantine(path, "t" * 40, path.rpartition("/")[2], "c" * 40, "1", reason, datetime.now(UTC))


def statuses(repository: FakeRepository) -> list[tuple[str, str]]:
    assert all(status["context"] == CONTEXT for status in repository.statuses)
    return [(status["state"], status["description"]) for status in repository.statuses]


def test_a_commit_says_on_how_many_replicas_it_is_live_and_how_fast(
    reports: GitHubReports, repository: FakeRepository, merged: str
):
    reports.publishing(merged)
    reports.live(merged, replicas=1, of=3, seconds=0.91)
    reports.live(merged, replicas=3, of=3, seconds=1.37)

    assert statuses(repository) == [
        ("pending", "Being published."),
        ("error", "live on 1/3 replicas, 0.9 s"),
        ("success", "live on 3/3 replicas, 1.4 s"),
    ]
    assert {status["sha"] for status in repository.statuses} == {merged}
    assert repository.comments == []


def test_a_refusal_is_explained_on_the_pull_request_that_was_merged(
    reports: GitHubReports, repository: FakeRepository, merged: str
):
    reports.refused(merged, [refusal()])

    (comment,) = repository.comments
    assert statuses(repository) == [("failure", "1 skill refused: csv-profile")]
    assert comment["issue"] == 1
    assert comment["body"].startswith(MARKER)
    assert "`skills/csv-profile`: The description is missing." in comment["body"]


def test_the_comment_is_changed_and_not_repeated(reports: GitHubReports, repository: FakeRepository, merged: str):
    reports.refused(merged, [refusal()])
    reports.refused(merged, [refusal()])
    reports.refused(merged, [refusal(), refusal("skills/other", "It is too large.")])

    (comment,) = repository.comments
    assert "2 skills" in comment["body"]
    assert "It is too large." in comment["body"]
    assert len(repository.statuses) == 2


def test_a_comment_of_somebody_else_with_the_same_marker_is_left_alone(
    reports: GitHubReports, repository: FakeRepository, merged: str
):
    repository.comment(1, f"{MARKER}\nAll is fine.", user="eve")
    repository.comment(1, f"{MARKER}\nAll is fine.", user="other[bot]", app=APP_ID + 1)

    reports.refused(merged, [refusal()])

    assert [comment["user"]["login"] for comment in repository.comments] == ["eve", "other[bot]", BOT]
    assert repository.comments[0]["body"].endswith("All is fine.")


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        "@example/everyone",
        "[click](https://evil.example)",
        "``` \n# Heading",
        "closes #12",
        "x\n<!-- -->\n::error::boom",
    ],
)
def test_what_others_chose_reaches_the_comment_as_plain_words_and_code(
    reports: GitHubReports, repository: FakeRepository, merged: str, hostile: str
):
    reports.refused(merged, [refusal(f"skills/{hostile}", f"The name {hostile} is none.")])

    (comment,) = repository.comments
    outside = "".join(part for number, part in enumerate(comment["body"].split("`")) if number % 2 == 0)
    assert len(comment["body"].splitlines()) == 6
    for sign in ("<img", "@", "](", "#1", "::error"):
        assert sign not in outside


def test_a_comment_and_a_status_hold_what_fits(reports: GitHubReports, repository: FakeRepository, merged: str):
    reports.refused(merged, [refusal(f"skills/skill-{number}", "Wrong. " * 150) for number in range(200)])

    (comment,) = repository.comments
    assert len(comment["body"]) <= 65_536
    assert "more skills did not fit here" in comment["body"]
    assert len(repository.statuses[0]["description"]) == 140


def test_a_commit_that_somebody_pushed_gets_a_status_alone(
    reports: GitHubReports, repository: FakeRepository, work: Clone
):
    reports.refused(work.head, [refusal()])

    assert statuses(repository) == [("failure", "1 skill refused: csv-profile")]
    assert repository.comments == []


def test_a_report_that_failed_is_sent_by_the_next_call(
    reports: GitHubReports, hub: FakeGitHub, repository: FakeRepository, merged: str
):
    hub.failing = (502, {}, "Bad Gateway")
    with pytest.raises(UnavailableError):
        reports.failed(merged, "The history was rewritten.")
    hub.failing = None

    reports.failed(merged, "The history was rewritten.")

    assert statuses(repository) == [("error", "The history was rewritten.")]
