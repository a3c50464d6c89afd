"""The fake GitHub's deliveries are what the documentation of GitHub says they are; other tests build on that."""

import hashlib
import hmac
import json
from pathlib import Path

from builders import skill_folder
from fakes.github import FakeGitHub, FakeRepository
from forge_scenes import change, client_of
from git_fixtures import BRANCH, Clone, git
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.github.forge import GitHubForge


def test_a_merge_sends_signed_events_with_numeric_ids(
    hub: FakeGitHub, repository: FakeRepository, work: Clone, tmp_path: Path
):
    hub.hooks.secret = b"s3cret"
    client = client_of(hub, repository)
    mirror = GitRepository.open(client.app.location, tmp_path / "mirrors", client.tokens.credentials)
    forge = GitHubForge(client, mirror, BRANCH)
    before = work.head
    made = forge.propose(change(skill_folder("csv-profile")))
    merged = forge.merge(made.id, made.commit, "Grace")

    sent = [(delivery.headers["X-GitHub-Event"], json.loads(delivery.body)) for delivery in hub.hooks.sent]
    last = hub.hooks.sent[-1]

    assert [(event, body.get("action") or body["ref"]) for event, body in sent] == [
        ("push", f"refs/heads/{made.branch}"),
        ("pull_request", "opened"),
        ("pull_request", "closed"),
        ("push", f"refs/heads/{BRANCH}"),
    ]
    assert (sent[-1][1]["before"], sent[-1][1]["after"]) == (before, merged.ending.commit)
    assert {(body["repository"]["id"], body["repository"]["owner"]["id"]) for _, body in sent} == {(4711, 815)}
    assert last.headers["X-Hub-Signature-256"] == f"sha256={hmac.new(b's3cret', last.body, hashlib.sha256).hexdigest()}"
    assert len({delivery.headers["X-GitHub-Delivery"] for delivery in hub.hooks.sent}) == 4


def test_a_push_over_http_is_told_and_one_behind_its_back_is_not(
    hub: FakeGitHub, repository: FakeRepository, work: Clone
):
    token, _ = hub.issue(None)
    url = hub.url.replace("http://", f"http://x-access-token:{token}@")
    work.put(skill_folder("csv-profile"))
    commit = work.commit()

    git(work.path, "push", "--quiet", f"{url}/{repository.name}.git", f"HEAD:{BRANCH}")

    (push,) = hub.hooks.sent
    assert json.loads(push.body)["after"] == commit
