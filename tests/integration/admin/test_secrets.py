"""Secrets of skills by the admin API: they go in and never come out."""

import json
import logging

import pytest

from builders import skill_folder
from callers import in_groups
from catalog_builders import GRACE, TENANT
from mcpskills.access import Role
from mcpskills.restricting import Restriction
from mcpskills.secret import MOST_BYTES
from way_in import a_caller

ONE = "/admin/secrets/OCR_API_KEY"
VALUE = "s3cret-of-the-story"


def put(service, value=VALUE, at=ONE, **more):
    return service.http.put(at, json={"value": value}, **more)


def test_a_secret_is_set_granted_set_again_and_removed(service):
    service.publish(skill_folder())
    service.way_in.who = a_caller(Role.ADMIN, name="Ada")

    made = put(service).json()
    granted = service.http.put(f"{ONE}/grants", json={"skills": ["pdf-forms"]}).json()
    again = service.http.put(f"{ONE}/grants", json={"skills": ["pdf-forms"]}).json()
    second = put(service, "another").json()
    listed = service.http.get("/admin/secrets").json()["secrets"]
    removed = [service.http.delete(ONE).status_code for _ in range(2)]

    assert (made["secret"]["version"], made["secret"]["updated_by"], made["secret"]["skills"]) == (1, "Ada", [])
    assert (granted["changed"], again["changed"], granted["secret"]["skills"]) == (True, False, ["pdf-forms"])
    assert (second["secret"]["version"], listed) == (2, [{**second["secret"], "damaged": False}])
    assert (removed, service.http.get("/admin/secrets").json()) == ([200, 404], {"secrets": []})


def test_the_trail_tells_who_set_granted_and_removed_what(service):
    service.publish(skill_folder())
    service.way_in.who = a_caller(Role.ADMIN, name="Ada")

    put(service)
    service.http.put(f"{ONE}/grants", json={"skills": ["pdf-forms"]})
    service.http.delete(ONE)

    entries = service.catalog.audit(TENANT, 3)[::-1]
    assert [(each.action, each.actor, each.detail["secret"]) for each in entries] == [
        ("secret-set", "Ada", "OCR_API_KEY"),
        ("secret-grant", "Ada", "OCR_API_KEY"),
        ("secret-remove", "Ada", "OCR_API_KEY"),
    ]
    assert (entries[1].detail["skills"], entries[1].detail["was_skills"]) == ("pdf-forms", None)


def test_no_value_leaves_by_an_answer_a_refusal_the_trail_or_a_log(service, caplog):
    caplog.set_level(logging.DEBUG)
    said = [put(service), put(service, VALUE + "\0"), put(service, VALUE * 4000), put(service, at="/admin/secrets/odd")]
    said += [
        service.http.put(ONE, json={"value": [VALUE]}),
        service.http.put(ONE, json={"value": VALUE, "more": VALUE}),
        service.http.put(ONE, content=json.dumps({"value": VALUE})[:-1]),
        service.http.get("/admin/secrets"),
        service.http.get("/admin/audit"),
        service.http.delete(ONE),
    ]

    assert [answer.status_code for answer in said] == [200, 422, 422, 422, 422, 422, 422, 200, 200, 200]
    assert [answer.status_code for answer in said if VALUE in answer.text] == []
    assert VALUE not in caplog.text
    assert not any(VALUE.encode() in path.read_bytes() for path in service.root.rglob("*") if path.is_file())


def test_values_of_the_greatest_size_come_in_however_they_are_written(service):
    assert put(service, "\x01" * MOST_BYTES).status_code == 200
    assert put(service, "x" * (MOST_BYTES + 1)).status_code == 422


@pytest.mark.parametrize("path", ["/admin/secrets/PATH", "/admin/secrets/lower", "/admin/secrets/MCPSKILLS_KEY_PEPPER"])
def test_a_name_that_programs_know_already_is_refused(service, path):
    assert put(service, at=path).status_code == 422
    assert service.catalog.audit(TENANT, 1) == []


def test_a_secret_is_granted_to_skills_that_are_there(service):
    put(service)

    refused = service.http.put(f"{ONE}/grants", json={"skills": ["nobody"]})
    many = service.http.put(f"{ONE}/grants", json={"skills": [f"s-{number}" for number in range(31)]})

    assert (refused.status_code, many.status_code) == (404, 422)
    assert "There is no skill 'nobody'" in refused.json()["detail"]


def test_who_does_not_see_a_skill_is_not_told_that_it_gets_a_secret_and_cannot_take_it(service):
    service.publish(skill_folder(), skill_folder("payroll"))
    service.catalog.restrict(TENANT, "payroll", Restriction(frozenset({"finance"}), "Salaries.", GRACE))
    service.refresh()
    put(service)
    service.http.put(f"{ONE}/grants", json={"skills": ["payroll"]})
    legal = {"headers": in_groups("legal")}

    listed = service.http.get("/admin/secrets", **legal).json()["secrets"][0]["skills"]
    granted = service.http.put(f"{ONE}/grants", json={"skills": ["pdf-forms"]}, **legal).json()["secret"]["skills"]
    guesses = [
        service.http.put(f"{ONE}/grants", json={"skills": [name]}, **legal).text for name in ("payroll", "payroil")
    ]

    assert (listed, granted) == ([], ["pdf-forms"])
    assert guesses[0].replace("payroll", "payroil") == guesses[1]
    assert service.http.get("/admin/secrets").json()["secrets"][0]["skills"] == ["payroll", "pdf-forms"]


def test_a_secret_that_somebody_damaged_is_told_as_such_among_the_others_and_can_be_removed(service):
    service.publish(skill_folder("payroll"))
    service.catalog.restrict(TENANT, "payroll", Restriction(frozenset({"finance"}), "Salaries.", GRACE))
    service.refresh()
    put(service)
    put(service, at="/admin/secrets/SOUND")
    next(service.root.rglob("OCR_API_KEY.json")).write_text("{}")

    listed = [
        service.http.get("/admin/secrets", **as_whom).json()["secrets"]
        for as_whom in ({}, {"headers": in_groups("legal")})
    ]
    set_again, removed = put(service), service.http.delete(ONE)

    unknown = {"version": None, "updated_at": None, "updated_by": None, "skills": []}
    assert [rows[0] for rows in listed] == [{"name": "OCR_API_KEY", **unknown, "damaged": True}] * 2
    assert [(rows[1]["name"], rows[1]["damaged"]) for rows in listed] == [("SOUND", False)] * 2
    assert (set_again.status_code, "OCR_API_KEY" in set_again.json()["detail"]) == (502, True)
    assert removed.status_code == 200
    assert [row["name"] for row in service.http.get("/admin/secrets").json()["secrets"]] == ["SOUND"]


@pytest.mark.parametrize(("role", "status"), [(Role.PUBLISHER, 403), (Role.ADMIN, 200), (Role.OWNER, 200)])
def test_secrets_are_for_admins(service, role, status):
    service.way_in.who = a_caller(role)

    assert [service.http.get("/admin/secrets").status_code, put(service).status_code] == [status, status]
