"""Rolling back: a hold in the catalog, and a proposal for Git."""

import json
import shutil

import pytest

from builders import script, skill_folder
from git_fixtures import git
from mcpskills.events import GenerationRaised

ROLLBACK = "/admin/skills/pdf-forms/rollback"


@pytest.fixture
def two_versions(service):
    service.publish(skill_folder(body="one", files={"scripts/fill.py": script("print(1)\n"), "old.md": "kept\n"}))
    service.publish(skill_folder(body="two"))
    return service


def test_without_a_version_the_one_before_the_live_one_is_served(two_versions):
    answer = two_versions.http.post(ROLLBACK, json={"reason": "Version 2 fails."}).json()

    assert answer["changed"] is True
    assert answer["skill"]["live_version"] == answer["skill"]["served_version"] == 1
    assert answer["skill"]["wanted_version"] == 2
    assert answer["skill"]["hold"]["reason"] == "Version 2 fails."
    assert answer["skill"]["hold"]["until"] == "lifted"
    assert two_versions.signals.sent[-1] == GenerationRaised("default", answer["generation"])


def test_a_proposal_brings_git_to_the_content_that_is_served(two_versions):
    proposal = two_versions.http.post(ROLLBACK, json={"reason": "Version 2 fails."}).json()["proposal"]

    files = git(two_versions.origin, "ls-tree", "-r", "--format=%(objectmode) %(path)", proposal["branch"]).splitlines()
    message = git(two_versions.origin, "log", "-1", "--format=%an%n%B", proposal["branch"])
    assert proposal["title"] == "Roll pdf-forms back to version 1"
    assert files == [
        "100644 skills/pdf-forms/SKILL.md",
        "100644 skills/pdf-forms/old.md",
        "100755 skills/pdf-forms/scripts/fill.py",
    ]
    assert git(two_versions.origin, "show", f"{proposal['branch']}:skills/pdf-forms/SKILL.md").endswith("one")
    assert message.startswith("anonymous\nRoll pdf-forms back to version 1\n\nVersion 2 fails.")
    assert git(two_versions.origin, "rev-parse", "main") == proposal["base"] == two_versions.work.head


def test_the_same_rollback_twice_changes_nothing_and_opens_no_second_proposal(two_versions):
    first = two_versions.http.post(ROLLBACK, json={"version": 1, "reason": "Version 2 fails."}).json()

    second = two_versions.http.post(ROLLBACK, json={"version": 1, "reason": "Again."})

    assert second.status_code == 200
    assert second.json()["changed"] is False
    assert second.json()["generation"] == first["generation"]
    assert second.json()["proposal"] == first["proposal"]
    assert two_versions.proposals() == [first["proposal"]["branch"]]


def test_the_same_version_with_another_end_is_another_hold_that_remembers_what_was_bad(two_versions):
    first = two_versions.http.post(ROLLBACK, json={"version": 1, "reason": "Version 2 fails."}).json()

    second = two_versions.http.post(
        ROLLBACK, json={"version": 1, "reason": "It is being mended.", "until": "superseded"}
    ).json()

    hold = second["skill"]["hold"]
    assert second["changed"] is True
    assert (hold["version"], hold["instead_of"], hold["until"]) == (1, 2, "superseded")
    assert second["skill"]["served_version"] == 1
    assert second["proposal"] == first["proposal"]


def test_a_rollback_stands_when_the_registry_repository_cannot_be_reached(two_versions):
    shutil.rmtree(two_versions.origin)

    answer = two_versions.http.post(ROLLBACK, json={"reason": "Version 2 fails."})

    assert answer.status_code == 200
    assert answer.json()["skill"]["served_version"] == 1
    assert answer.json()["proposal"] is None
    assert "registry.git" in answer.json()["proposal_error"]


def test_a_proposal_is_opened_later_by_the_same_call_when_it_failed_at_first(two_versions):
    aside = two_versions.origin.with_name("aside.git")
    two_versions.origin.rename(aside)
    two_versions.http.post(ROLLBACK, json={"version": 1, "reason": "Version 2 fails."})
    aside.rename(two_versions.origin)

    answer = two_versions.http.post(ROLLBACK, json={"version": 1, "reason": "Version 2 fails."}).json()

    assert answer["changed"] is False
    assert answer["proposal_error"] is None
    assert two_versions.proposals() == [answer["proposal"]["branch"]]


def test_a_rollback_to_what_git_holds_already_says_that_no_proposal_is_needed(two_versions):
    two_versions.http.post(ROLLBACK, json={"reason": "Version 2 fails."})
    two_versions.work.publish(
        skill_folder(body="one", files={"scripts/fill.py": script("print(1)\n"), "old.md": "kept\n"})
    )
    git(two_versions.origin, "branch", "-D", two_versions.proposals()[0])

    answer = two_versions.http.post(ROLLBACK, json={"version": 1, "reason": "Version 2 fails."}).json()

    assert answer["proposal"] is None
    assert "would change nothing" in answer["proposal_error"]


def test_a_second_step_back_remembers_what_was_bad_in_the_first_place(two_versions):
    two_versions.publish(skill_folder(body="three"))
    two_versions.http.post(ROLLBACK, json={"reason": "Version 3 fails.", "until": "superseded"})

    answer = two_versions.http.post(ROLLBACK, json={"reason": "So does 2.", "until": "superseded"}).json()

    assert answer["skill"]["live_version"] == 1
    assert answer["skill"]["hold"]["instead_of"] == 3


def test_newer_content_ends_a_rollback_that_waits_for_it(two_versions):
    two_versions.http.post(ROLLBACK, json={"reason": "Version 2 fails.", "until": "superseded"})

    two_versions.publish(skill_folder(body="three"))

    shown = two_versions.http.get("/admin/skills/pdf-forms").json()
    assert shown["live_version"] == shown["served_version"] == 3
    assert shown["hold"] is None


def test_lifting_a_rollback_serves_what_git_wants(two_versions):
    two_versions.http.post(ROLLBACK, json={"reason": "Version 2 fails."})

    lifted = two_versions.http.post("/admin/skills/pdf-forms/lift").json()
    again = two_versions.http.post("/admin/skills/pdf-forms/lift").json()

    assert lifted["changed"] is True
    assert lifted["skill"]["served_version"] == 2
    assert lifted["skill"]["hold"] is None
    assert again["changed"] is False


def test_a_version_that_does_not_exist_is_not_found(two_versions):
    answer = two_versions.http.post(ROLLBACK, json={"version": 7, "reason": "Why not."})

    assert answer.status_code == 404
    assert answer.json()["detail"] == "The skill 'pdf-forms' has no version 7; its newest is 2."


def test_the_live_version_is_a_conflict(two_versions):
    answer = two_versions.http.post(ROLLBACK, json={"version": 2, "reason": "Why not."})

    assert answer.status_code == 409
    assert answer.json()["detail"] == "Version 2 of 'pdf-forms' is live already; say another version."


def test_the_first_version_has_none_before_it(service):
    service.publish(skill_folder())

    answer = service.http.post(ROLLBACK, json={"reason": "Version 1 fails."})

    assert answer.status_code == 409
    assert answer.json()["detail"] == "Version 1 of 'pdf-forms' is the first one that is good; there is none before it."


def test_a_skill_of_which_nothing_is_live_is_rolled_back_only_to_a_version_that_is_said(two_versions):
    for number in (1, 2):
        two_versions.http.post(f"/admin/skills/pdf-forms/versions/{number}/yank", json={"reason": "It fails."})

    answer = two_versions.http.post(ROLLBACK, json={"reason": "Version 2 fails."})

    assert answer.status_code == 409
    assert "say which version" in answer.json()["detail"]


@pytest.mark.parametrize(("path", "version"), [("rollback", 1), ("rollback", None), ("promote", 1), ("promote", 2)])
def test_a_skill_that_is_offline_stays_so_until_it_is_brought_online(two_versions, path, version):
    two_versions.http.delete("/admin/skills/pdf-forms", params={"reason": "Leaks field values."})
    body = {"reason": "Version 2 fails.", **({"version": version} if version else {})}

    answer = two_versions.http.post(f"/admin/skills/pdf-forms/{path}", json=body)

    assert answer.status_code == 409
    assert answer.json()["detail"] == "The skill 'pdf-forms' is offline (Leaks field values.): bring it online first."
    assert two_versions.http.get("/admin/skills/pdf-forms").json()["hold"]["kind"] == "offline"


def test_a_blank_reason_is_refused_in_our_own_words(two_versions):
    answer = two_versions.http.post(ROLLBACK, json={"reason": "  "})

    assert (
        answer.json()["detail"] == "The request is not valid: body.reason: must be one line of text, got a blank one."
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": ""},
        {"reason": "   "},
        {"reason": "\ud800"},
        {"reason": "x" * 501},
        {"reason": "ok", "version": 0},
        {"reason": "ok", "version": 10**30},
        {"reason": "ok", "until": "tomorrow"},
        {"reason": "ok", "expires_at": "2020-01-01T00:00:00Z"},
        {"reason": "ok", "expires_at": "2040-01-01T00:00:00"},
        {"reason": "ok", "colour": "red"},
    ],
)
def test_a_request_that_makes_no_sense_is_refused_and_changes_nothing(two_versions, body):
    before = two_versions.remains()

    answer = two_versions.http.post(ROLLBACK, content=json.dumps(body), headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert two_versions.remains() == before
