"""Taking skills offline, bringing them back, and asking for a comparison with Git."""

from builders import skill_folder
from mcpskills.events import GenerationRaised, ReconcileWanted


def test_a_skill_taken_offline_is_served_no_more_and_says_why(service):
    service.publish(skill_folder())

    answer = service.http.delete("/admin/skills/pdf-forms", params={"reason": "Leaks field values."}).json()

    assert answer["changed"] is True
    assert answer["skill"]["status"] == "INACTIVE"
    assert answer["skill"]["served_version"] is None
    assert answer["skill"]["hold"]["reason"] == "Leaks field values."
    assert answer["skill"]["hold"]["actor"] == "anonymous"
    assert service.signals.sent[-1] == GenerationRaised("default", answer["generation"])


def test_taking_a_skill_offline_twice_changes_nothing_more(service):
    service.publish(skill_folder())
    first = service.http.delete("/admin/skills/pdf-forms", params={"reason": "First."}).json()

    second = service.http.delete("/admin/skills/pdf-forms", params={"reason": "Second."}).json()

    assert second["changed"] is False
    assert second["generation"] == first["generation"]
    assert second["skill"]["hold"]["reason"] == "First."


def test_reloading_brings_an_offline_skill_back_and_asks_the_publisher(service):
    service.publish(skill_folder())
    service.http.delete("/admin/skills/pdf-forms")

    answer = service.http.post("/admin/skills/pdf-forms/reload").json()

    assert answer["changed"] is True
    assert answer["skill"]["status"] == "ACTIVE"
    assert answer["skill"]["served_version"] == 1
    assert service.signals.sent[-1] == ReconcileWanted("default", "reload of pdf-forms")


def test_reloading_on_the_condition_of_an_older_generation_brings_nothing_back(service):
    service.publish(skill_folder())
    generation = service.http.delete("/admin/skills/pdf-forms").json()["generation"]

    refused = service.http.post("/admin/skills/pdf-forms/reload", headers={"If-Match": f'"{generation - 1}"'})

    assert refused.status_code == 412
    assert f"it is {generation}" in refused.json()["detail"]
    assert service.http.get("/admin/skills/pdf-forms").json()["status"] == "INACTIVE"


def test_reloading_leaves_a_rollback_in_force(service):
    service.publish(skill_folder(body="one"))
    service.publish(skill_folder(body="two"))
    service.http.post("/admin/skills/pdf-forms/rollback", json={"reason": "Version 2 fails."})

    answer = service.http.post("/admin/skills/pdf-forms/reload").json()

    assert answer["changed"] is False
    assert answer["skill"]["live_version"] == 1
    assert answer["skill"]["hold"]["kind"] == "rollback"


def test_a_skill_taken_offline_during_a_rollback_comes_back_rolled_back(service):
    service.publish(skill_folder(body="one"))
    service.publish(skill_folder(body="two"))
    service.http.post("/admin/skills/pdf-forms/rollback", json={"reason": "Version 2 fails."})
    service.http.delete("/admin/skills/pdf-forms", params={"reason": "Version 1 fails too."})

    answer = service.http.post("/admin/skills/pdf-forms/reload").json()

    assert answer["skill"]["live_version"] == 1
    assert answer["skill"]["hold"]["kind"] == "rollback"
    assert answer["skill"]["hold"]["instead_of"] == 2


def test_content_that_landed_while_a_skill_was_offline_is_live_after_a_reload(service):
    service.publish(skill_folder(body="one"))
    service.http.delete("/admin/skills/pdf-forms")
    service.publish(skill_folder(body="two"))

    answer = service.http.post("/admin/skills/pdf-forms/reload").json()

    assert answer["skill"]["live_version"] == 2
    assert answer["skill"]["hold"] is None


def test_reloading_a_refused_folder_asks_the_publisher_and_shows_the_reason(service):
    service.quarantine("skills/broken-one", "The description is missing.")

    answer = service.http.post("/admin/skills/broken-one/reload")

    assert answer.status_code == 200
    assert answer.json()["skill"]["load_error"] == "The description is missing."
    assert service.signals.sent[-1] == ReconcileWanted("default", "reload of broken-one")


def test_reloading_everything_asks_the_publisher_and_keeps_holds(service):
    service.publish(skill_folder("pdf-forms"), skill_folder("csv-profile"))
    service.http.delete("/admin/skills/pdf-forms")

    answer = service.http.post("/admin/skills/reload-all").json()

    assert answer["skills"] == 1
    assert answer["failed"] == {}
    assert service.signals.sent[-1] == ReconcileWanted("default", "reload-all")


def test_an_unknown_skill_can_neither_be_reloaded_nor_taken_offline_nor_lifted(service):
    answers = [
        service.http.post("/admin/skills/nothing-here/reload"),
        service.http.delete("/admin/skills/nothing-here"),
        service.http.post("/admin/skills/nothing-here/lift"),
        service.http.post("/admin/skills/nothing-here/rollback", json={"reason": "Why not."}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert {answer.json()["detail"] for answer in answers} == {"There is no skill 'nothing-here'."}


def test_a_reason_is_one_line_of_text(service):
    service.publish(skill_folder())

    answer = service.http.delete("/admin/skills/pdf-forms", params={"reason": "one\x1b[2Jtwo"})

    assert answer.status_code == 422
    assert "without control characters" in answer.json()["detail"]
    assert service.catalog.skill("default", "pdf-forms").live == 1
