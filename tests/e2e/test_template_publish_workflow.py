"""The workflow that tells the publisher of a push, when GitHub's own delivery may have been lost."""

import hashlib
import hmac
import json
import uuid

import pytest

from workflows import webhook
from workflows.proposals import Registry

SECRET = "a secret of the webhook"
PUSH = {"ref": "refs/heads/main"}


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path)


def configured(url, secret=SECRET):
    return ("--var", f"MCPSKILLS_PUBLISHER_URL={url}", "--secret", f"MCPSKILLS_WEBHOOK_SECRET={secret}")


def test_a_push_is_told_as_github_would_and_told_again_until_it_is_taken(registry):
    with webhook.listening(503, 202) as publisher:
        run = registry.run("publish", "push", PUSH, *configured(publisher.url))

    assert run.result("ping") == "success"
    (first, body), (second, again) = publisher.received
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert (second["X-Hub-Signature-256"], again) == (f"sha256={signature}", body)
    assert second["X-GitHub-Event"] == "push"
    assert uuid.UUID(first["X-GitHub-Delivery"]) == uuid.UUID(second["X-GitHub-Delivery"])
    assert json.loads(body) == {
        "ref": "refs/heads/main",
        "after": registry.main,
        "repository": {"full_name": "example/skills"},
    }
    assert SECRET not in run.text


def test_a_publisher_that_refuses_fails_the_run(registry):
    with webhook.listening(401) as publisher:
        run = registry.run("publish", "workflow_dispatch", {}, *configured(publisher.url))

    assert run.result("ping") == "failure"


@pytest.mark.parametrize("event", ["push", "workflow_dispatch"])
def test_without_a_publisher_it_says_so_and_passes(registry, event):
    run = registry.run("publish", event, PUSH)

    assert run.result("ping") == "success"
    assert ["MCPSKILLS_PUBLISHER_URL is not set" in message for _, message in run.annotations("notice", "ping")] == [
        True
    ]


def test_without_the_secret_nothing_is_sent_and_the_run_fails(registry):
    with webhook.listening(202) as publisher:
        run = registry.run("publish", "push", PUSH, "--var", f"MCPSKILLS_PUBLISHER_URL={publisher.url}")

    assert (run.result("ping"), publisher.received) == ("failure", [])


def test_another_branch_and_a_schedule_without_a_publisher_start_no_job(registry):
    with webhook.listening(202) as publisher:
        pushed = registry.run("publish", "push", {"ref": "refs/heads/topic"}, *configured(publisher.url))
    scheduled = registry.run("publish", "schedule", {"schedule": "17 * * * *"})

    assert (pushed.result("ping"), scheduled.result("ping"), publisher.received) == ("skipped", "skipped", [])
