"""Saying who sees a skill through the admin API."""

from builders import skill_folder
from callers import in_groups
from catalog_builders import TENANT

FINANCE = {"groups": ["legal", "finance"], "reason": "It knows the layout of salary slips."}
EVERYBODY = {"groups": [], "reason": "It does not any more."}
ACCESS = "/admin/skills/pdf-forms/access"


def names(service, *groups):
    return [skill["name"] for skill in service.http.get("/admin/skills", headers=in_groups(*groups)).json()["skills"]]


def test_a_skill_is_shut_at_once_to_all_but_some_groups_and_opened_again(service):
    service.publish(skill_folder())

    shut = service.http.put(ACCESS, json=FINANCE)
    seen = names(service, "legal"), names(service, "sales")
    opened = service.http.put(ACCESS, json=EVERYBODY)

    assert shut.json() == {
        "changed": True,
        "name": "pdf-forms",
        "groups": ["finance", "legal"],
        "known": True,
        "generation": 2,
    }
    assert seen == (["pdf-forms"], [])
    assert (opened.json()["groups"], names(service, "sales")) == ([], ["pdf-forms"])


def test_replicas_are_told_of_who_sees_a_skill(service):
    service.publish(skill_folder())
    service.signals.sent.clear()

    service.http.put(ACCESS, json=FINANCE)
    repeated = service.http.put(ACCESS, json=FINANCE).json()

    assert [event.generation for event in service.signals.sent] == [2]
    assert (repeated["changed"], repeated["generation"]) == (False, 2)


def test_a_name_is_restricted_before_a_skill_has_it_and_stays_so(service):
    planned = service.http.put("/admin/skills/payroll/access", json=FINANCE).json()
    unknown = service.http.get("/admin/skills/payroll")
    listed = service.http.get("/admin/restrictions").json()
    service.publish(skill_folder("payroll"))

    assert (planned["known"], planned["changed"]) == (False, True)
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "There is no skill 'payroll'.")
    assert listed["restrictions"] == [{"name": "payroll", "groups": ["finance", "legal"], "served": False}]
    assert (names(service), names(service, "finance")) == ([], ["payroll"])


def test_a_change_of_who_sees_a_skill_is_bound_to_what_was_looked_at(service):
    service.publish(skill_folder())

    stale = service.http.put(ACCESS, json=FINANCE, headers={"If-Match": '"0"'})
    good = service.http.put(ACCESS, json=FINANCE, headers={"If-Match": '"1"'})

    assert (stale.status_code, good.status_code) == (412, 200)


def test_what_is_no_restriction_is_refused(service):
    for body in (
        {"groups": ["a"]},
        {"reason": "x"},
        {"groups": [""], "reason": "x"},
        {"groups": ["a\nb"], "reason": "x"},
    ):
        assert service.http.put(ACCESS, json=body).status_code == 422
    for name in ("Payroll", "v12", "pay--roll"):
        assert service.http.put(f"/admin/skills/{name}/access", json=FINANCE).status_code == 422

    assert service.catalog.generation(TENANT) == 0
