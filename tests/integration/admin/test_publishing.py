"""Going on after a history that was rewritten, through the admin API."""

import pytest

from catalog_builders import TENANT, lease_of
from mcpskills.events import ReconcileWanted

AT = "/admin/publisher/accept-history"
OLD, NEW = "a" * 40, "b" * 40
WISH = {"commit": NEW, "reason": "A password was in it."}


@pytest.fixture
def frozen(service):
    service.catalog.mark_commit(lease_of(service.catalog), OLD)
    service.catalog.freeze(lease_of(service.catalog), "It was rewritten.")
    return service


def test_a_head_is_accepted_and_the_publisher_asked_to_look(frozen):
    answer = frozen.http.post(AT, json=WISH)

    assert (answer.status_code, answer.json()) == (200, {"changed": True, "commit": NEW})
    assert frozen.catalog.published(TENANT).accepted == NEW
    assert ReconcileWanted(TENANT, "accept-history") in frozen.signals.sent
    entry = frozen.http.get("/admin/audit").json()["entries"][-1]
    assert (entry["action"], entry["actor"]) == ("accept-history", "anonymous")
    assert entry["detail"]["reason"] == WISH["reason"]


def test_accepting_twice_changes_nothing_more(frozen):
    frozen.http.post(AT, json=WISH)

    assert frozen.http.post(AT, json=WISH).json() == {"changed": False, "commit": NEW}


def test_without_a_freeze_it_is_a_conflict(service):
    answer = service.http.post(AT, json=WISH)

    assert (answer.status_code, "nothing to accept" in answer.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    "wish",
    [
        {**WISH, "commit": NEW[:12]},
        {**WISH, "commit": "main"},
        {**WISH, "commit": NEW.upper()},
        {**WISH, "commit": NEW + "\n"},
        {**WISH, "reason": " "},
        {"commit": NEW},
        {"reason": "Why not."},
        {**WISH, "force": True},
    ],
    ids=["short", "branch", "capitals", "line", "blank", "no reason", "no commit", "more"],
)
def test_a_wish_without_a_whole_commit_and_a_reason_is_refused(frozen, wish):
    assert frozen.http.post(AT, json=wish).status_code == 422
    assert frozen.catalog.frozen(TENANT) == "It was rewritten."
