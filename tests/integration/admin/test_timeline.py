"""What went live when, how quickly every replica had it, and what may not go live."""

from dataclasses import replace

import pytest

from builders import skill_folder
from callers import in_groups
from catalog_builders import GRACE, NOON, TENANT, a_standing
from mcpskills.access import Role
from mcpskills.fleet import PublisherState
from mcpskills.restricting import Restriction
from way_in import a_caller

WHY = {"reason": "It drops table rows."}
SALARIES = Restriction(frozenset({"finance"}), "Salaries.", GRACE)


def releases(service, **asked):
    return service.http.get("/admin/releases", **asked).json()


def busy(service):
    service.publish(skill_folder(body="One.\n"), skill_folder("payroll"))
    service.publish(skill_folder(body="Two.\n"))
    service.http.post("/admin/skills/pdf-forms/rollback", json={"version": 1, **WHY})
    service.http.delete("/admin/skills/payroll")
    service.catalog.restrict(TENANT, "payroll", SALARIES)
    service.catalog.stand(TENANT, "payroll", 1, a_standing(), by=GRACE)
    service.delete("payroll")


def test_the_timeline_tells_every_change_of_what_is_served_the_newest_first(service):
    busy(service)

    told = releases(service, params={"limit": 100})["releases"]

    assert [(each["kind"], each["skill"], each["version"], each["live_version"]) for each in told] == [
        ("tombstone", "payroll", None, None),
        ("yanked", "payroll", 1, None),
        ("offline", "payroll", None, None),
        ("rollback", "pdf-forms", 1, 1),
        ("publish", "pdf-forms", 2, 2),
        ("publish", "payroll", 1, 1),
        ("publish", "pdf-forms", 1, 1),
    ]
    rollback, publish = told[3], told[4]
    assert (rollback["reason"], rollback["was_live"], publish["actor"]) == (WHY["reason"], 2, "publisher")
    assert publish["commit"] == service.catalog.version(TENANT, "pdf-forms", 2).origin.commit
    assert publish["live_after_seconds"] is None


def test_pages_follow_on_each_other_until_the_first_release(service):
    busy(service)
    whole = releases(service, params={"limit": 100})

    pages, cursor = [], None
    for _ in range(10):
        page = releases(service, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        pages += page["releases"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert (pages, whole["next_cursor"]) == (whole["releases"], None)
    assert releases(service, params={"cursor": "x"})["status"] == 422


def test_who_does_not_see_a_skill_is_told_of_no_release_of_it(service):
    busy(service)

    legal = releases(service, params={"limit": 100}, headers=in_groups("legal"))["releases"]
    finance = releases(service, params={"limit": 100}, headers=in_groups("finance"))["releases"]

    assert {each["skill"] for each in legal} == {"pdf-forms"}
    assert {each["skill"] for each in finance} == {"pdf-forms", "payroll"}


def test_a_release_says_how_long_it_took_until_every_replica_served_it(service):
    service.replicas.report(TENANT, "one", 0)
    service.replicas.report(TENANT, "other", 0)
    service.publish(skill_folder())
    service.replicas.report(TENANT, "one", 1)
    (under_way,) = releases(service)["releases"]
    service.replicas.report(TENANT, "other", 1)

    (done,) = releases(service)["releases"]

    assert (under_way["live_after_seconds"], under_way["replicas"]) == (None, None)
    assert (done["live_after_seconds"] >= 0, done["replicas"]) == (True, 2)


def test_refused_folders_are_listed_with_their_reasons_in_pages(service):
    for path in ("skills/a", "skills/b", "skills/c"):
        service.quarantine(path, f"{path} has no description.")

    first = service.http.get("/admin/quarantine", params={"limit": 2}).json()
    rest = service.http.get("/admin/quarantine", params={"cursor": first["next_cursor"]}).json()

    assert [each["path"] for each in (*first["quarantined"], *rest["quarantined"])] == [
        "skills/a", "skills/b", "skills/c",
    ]  # fmt: skip
    assert (first["total"], rest["total"], rest["next_cursor"]) == (3, 3, None)
    assert first["quarantined"][0] == {
        "skill": "a",
        "path": "skills/a",
        "reason": "skills/a has no description.",
        "commit": "c" * 40,
        "since": "2026-03-01T12:00:00Z",
    }


def test_who_does_not_see_a_skill_is_told_of_no_refused_folder_of_its_name(service):
    service.catalog.restrict(TENANT, "payroll", SALARIES)
    service.refresh()
    service.quarantine("skills/payroll", "It has no description.")
    service.quarantine("skills/other", "It is called as `payroll` is.")

    hidden = service.http.get("/admin/quarantine", headers=in_groups("legal")).json()

    assert (hidden["total"], [each["path"] for each in hidden["quarantined"]]) == (1, ["skills/other"])
    assert "payroll" not in str(hidden)


def test_publishers_are_shown_as_they_say_that_they_are(service):
    leading = PublisherState("a:1", True, 1e9, NOON, "c" * 40, None, None)
    late = replace(leading, name="b:1", every_seconds=1.0)
    failed = replace(leading, name="c:1", error="The registry repository cannot be reached.")
    waiting = PublisherState("d:1", False, 60.0, NOON, None, None, "Another publisher is at work.")
    for state in (waiting, failed, late, leading):
        service.replicas.report_publisher(TENANT, state)

    told = service.http.get("/admin/publishers").json()

    assert told["frozen"] is None
    assert [(each["publisher"], each["leader"], each["behind"]) for each in told["publishers"]] == [
        ("a:1", True, False),
        ("b:1", True, True),
        ("c:1", True, True),
        ("d:1", False, False),
    ]


@pytest.mark.parametrize(
    ("path", "least"),
    [("releases", Role.DEVELOPER), ("quarantine", Role.VIEWER), ("publishers", Role.PUBLISHER)],
)
def test_each_listing_is_for_the_roles_that_may_look_at_it(service, path, least):
    allowed = []
    for role in Role:
        service.way_in.who = a_caller(role)
        if service.http.get(f"/admin/{path}").status_code == 200:
            allowed.append(role)

    assert allowed == [*Role][[*Role].index(least) :]
