"""Deliveries that count, and those that are understood and of no interest."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from catalog_builders import TENANT
from mcpskills.adapters.redis.deliveries import RedisDeliveries
from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries
from stand_ins.processes import free_port
from webhook_scene import OLD_SECRET, SECRET, Site, a_form, a_pull_request, a_push, receiver, signature, site


def reasons(queue: SqliteDeliveries) -> list[str]:
    found = []
    while (taken := queue.take("worker", 0)) is not None:
        found.append(taken.delivery.reason)
    return found


def test_a_push_to_the_tracked_branch_is_queued_under_its_id(github: Site, queue: SqliteDeliveries):
    answer = github.deliver(a_push(), X_GitHub_Delivery="72d3162e-cc78-11e3-81ab-4c9367dc0958")

    assert (answer.status_code, answer.json()) == (202, {"outcome": "queued", "detail": "Queued: push."})
    taken = queue.take("worker", 0)
    assert (taken.delivery.id, taken.delivery.reason) == ("72d3162e-cc78-11e3-81ab-4c9367dc0958", "push")


def test_a_merge_into_the_tracked_branch_is_queued(github: Site, queue: SqliteDeliveries):
    answer = github.deliver(a_pull_request(), "pull_request")

    assert (answer.status_code, reasons(queue)) == (202, ["merge of pull request 7"])


def test_a_delivery_may_come_as_a_form(github: Site, queue: SqliteDeliveries):
    answer = github.deliver(a_form(a_push()), Content_Type="application/x-www-form-urlencoded; charset=utf-8")

    assert (answer.status_code, reasons(queue)) == (202, ["push"])


def test_the_deletion_of_the_tracked_branch_is_queued_because_publishing_has_to_freeze(github: Site, queue):
    github.deliver(a_push(deleted=True))

    assert reasons(queue) == ["push"]


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (a_push("refs/heads/feature"), "push"),
        (a_push("refs/heads/main/v2"), "push"),
        (a_push("refs/tags/main"), "push"),
        (a_pull_request(merged=False), "pull_request"),
        (a_pull_request(action="opened", merged=False), "pull_request"),
        (a_pull_request(action="labeled"), "pull_request"),
        (a_pull_request(base="release"), "pull_request"),
        (a_push(), "issues"),
        (a_push(), "constructor"),
        (b'{"organization": {"id": 42}}', "organization"),
    ],
    ids=["branch", "longer", "tag", "closed", "opened", "labeled", "base", "issues", "unknown", "organisation"],
)
def test_what_changes_nothing_on_the_tracked_branch_is_ignored_with_the_reason(github: Site, queue, body, event):
    answer = github.deliver(body, event)

    assert (answer.status_code, answer.json()["outcome"]) == (202, "ignored")
    assert answer.json()["detail"].startswith("Ignored: ")
    assert reasons(queue) == []


def test_a_ping_is_answered_and_not_queued(github: Site, queue: SqliteDeliveries):
    answer = github.deliver(b'{"zen": "Keep it logically awesome.", "hook_id": 1}', "ping")

    assert (answer.status_code, answer.json()["outcome"], reasons(queue)) == (200, "pong", [])


def test_the_same_delivery_a_hundred_times_at_once_is_queued_once(github: Site, queue: SqliteDeliveries):
    identifier = str(uuid.uuid4())
    with ThreadPoolExecutor(20) as threads:
        sent = [threads.submit(github.deliver, a_push(), X_GitHub_Delivery=identifier) for _ in range(100)]
        answers = [each.result() for each in sent]

    assert {answer.status_code for answer in answers} == {202}
    assert sorted(answer.json()["outcome"] for answer in answers) == ["queued"] + ["repeated"] * 99
    assert reasons(queue) == ["push"]


def test_while_a_secret_is_changed_both_count_and_afterwards_only_the_new_one(queue: SqliteDeliveries):
    def statuses(github: Site) -> list[int]:
        signatures = [signature(a_push(), secret) for secret in (OLD_SECRET, SECRET)]
        return [github.deliver(a_push(), X_Hub_Signature_256=each).status_code for each in signatures]

    with site(receiver(queue, OLD_SECRET)) as before:
        assert statuses(before) == [202, 401]
    with site(receiver(queue, OLD_SECRET, SECRET)) as meanwhile:
        assert statuses(meanwhile) == [202, 202]
    with site(receiver(queue, SECRET)) as afterwards:
        assert statuses(afterwards) == [401, 202]


def test_a_queue_that_cannot_be_written_is_503_so_that_the_delivery_is_sent_again(queue: SqliteDeliveries):
    queue.close()
    with site(receiver(queue)) as github:
        answer = github.deliver(a_push())

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_redis_that_is_away_is_503_and_the_same_delivery_is_queued_once_it_is_back(valkey, queue, tmp_path):
    identifier = str(uuid.uuid4())
    nowhere = f"redis://127.0.0.1:{free_port()}"
    with closing(RedisDeliveries(nowhere, TENANT, patience=1)) as away, site(receiver(away)) as github:
        assert github.deliver(a_push(), X_GitHub_Delivery=identifier).status_code == 503

    with closing(RedisDeliveries(valkey.url, TENANT, prefix=str(tmp_path))) as back, site(receiver(back)) as github:
        assert github.deliver(a_push(), X_GitHub_Delivery=identifier).json()["outcome"] == "queued"
        assert back.take("worker", 0).delivery.id == identifier
