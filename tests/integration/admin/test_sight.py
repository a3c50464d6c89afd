"""What the admin API shows, and lets be changed, to who does not see every skill: what is hidden from them is not there.

A service with a hidden skill is compared with one that never had it, by every route that there is.
"""

from datetime import UTC, datetime

import pytest

from admin_service import running, zipped_folder
from builders import skill_folder, triggers
from callers import in_groups
from catalog_builders import GRACE, TENANT, a_standing
from mcpskills.journal import InvocationStatus
from mcpskills.restricting import Restriction
from statistics_builders import a_call

OUTSIDER = in_groups("legal")
CALLED = datetime.now(UTC)
WHOLE = {"GET /admin/audit", "GET /admin/audit/export", "GET /admin/replicas", "GET /admin/publishers", "GET /metrics"}
"""Routes for who looks after all of it; docs/admin-api.md says what they learn."""

OF_ADMINS = {"PUT /admin/skills/{id}/access", "GET /admin/restrictions"}
"""Who may call these sees everything."""

ABOUT_NO_SKILL = ("/admin/keys", "/admin/users", "/admin/me", "/admin/roles", "/admin/tenant")
"""How the paths begin of routes that know no skills."""

RECORDS = {"GET /admin/logs", "GET /admin/logs/export", "GET /admin/logs/follow"}
"""Compared where there are some, in tests/integration/recording."""

UPLOADS = {"POST /admin/skills/validate", "POST /admin/skills/upload"}
TIMES = {
    "since",
    "until",
    "last_called_at",
    "first_called_at",
    "updated_at",
    "published_at",
    "committed_at",
    "at",
    "opened_at",
    "checked_at",
    "commit",
    "tree",
    "base",
}
OWN = {"pid", "uptime_seconds", "seconds_behind"}


def restrict(service, name, *groups):
    service.catalog.restrict(TENANT, name, Restriction(frozenset(groups), "So it shall be.", GRACE))
    service.refresh()


def raise_generation(service, to):
    while service.catalog.generation(TENANT) < to:
        restrict(service, "planned", "finance")
        restrict(service, "planned")


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    """One with a skill of the group finance in every state that it may have, and one that never had it."""
    with (
        running(tmp_path_factory.mktemp("one") / "data") as hiding,
        running(tmp_path_factory.mktemp("two") / "data") as never,
    ):
        for service in (hiding, never):
            service.publish(skill_folder("pdf-forms"), skill_folder("tax-forms", description="Taxes."))
        restrict(hiding, "payroll", "finance")
        hiding.publish(skill_folder("payroll", description="Salaries.", files={"more.md": "1"}))
        hiding.publish(skill_folder("payroll", description="Salaries.", files={"more.md": "2"}))
        hiding.catalog.stand(TENANT, "payroll", 1, a_standing(), by=GRACE)
        hiding.quarantine("skills/pdf-forms", "It is called as `skills/payroll` is.")
        hiding.quarantine("skills/other/payroll", "Another folder has the name.")
        never.quarantine("skills/pdf-forms", "Refused; `mcpskills validate` says why.")
        hiding.send_zip("upload", zipped_folder(skill_folder("payroll", description="Salaries and more.")))
        hiding.refresh()
        for service in (hiding, never):
            service.count(a_call(CALLED), a_call(CALLED, skill="tax-forms", status=InvocationStatus.ERROR))
        hiding.count(a_call(CALLED, skill="payroll", version=2, duration=9.0, principal="key:boss"))
        raise_generation(never, hiding.catalog.generation(TENANT))
        yield hiding, never


def plain(answer):
    """An answer without what differs between any two services."""
    if isinstance(answer, dict):
        return {key: plain(value) for key, value in answer.items() if key not in TIMES | OWN}
    return [plain(each) for each in answer] if isinstance(answer, list) else answer


def asked(service, method, path, **request):
    answer = service.http.request(method, path, headers=OUTSIDER, **request)
    return answer.status_code, plain(answer.json()), answer.headers.get("etag")


def example_of(document, operation):
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    return document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]["example"]


def operations(service):
    document = service.http.get("/openapi.json").json()
    for path, item in document["paths"].items():
        if path.startswith(ABOUT_NO_SKILL):
            continue
        for method, operation in item.items():
            yield f"{method.upper()} {path}", example_of(document, operation)


def test_every_route_answers_as_if_the_hidden_skill_had_never_been_there(services):
    hiding, never = services
    (proposal,) = hiding.http.get("/admin/proposals").json()["proposals"]
    before = hiding.catalog.skill(TENANT, "payroll"), hiding.catalog.generation(TENANT), hiding.proposals()
    compared = 0

    for route, example in operations(hiding):
        method, path = route.split()
        if route in WHOLE | OF_ADMINS | UPLOADS or "{" not in path:
            continue
        names = [proposal["id"]] if "/proposals/" in path else ["payroll", "payrol", "other"]
        for at in (path.replace("{id}", name).replace("{number}", "1") for name in names):
            for body in ({}, {"json": example}, {"json": {}}):
                assert asked(hiding, method, at, **body) == asked(never, method, at, **body), (method, at, body)
                compared += 1

    assert compared > 100
    assert before == (hiding.catalog.skill(TENANT, "payroll"), hiding.catalog.generation(TENANT), hiding.proposals())


@pytest.mark.parametrize("status", [None, "ACTIVE", "INACTIVE", "ERROR", "DRAFT"])
@pytest.mark.parametrize("query", [None, "payroll", "salaries", "skills", "forms"])
@pytest.mark.parametrize("sort", [None, "calls", "p95"])
def test_listings_and_counts_leave_the_hidden_skill_out(services, status, query, sort):
    hiding, never = services
    asked_for = (("status", status), ("q", query), ("sort", sort), ("limit", "1"))
    params = {key: value for key, value in asked_for if value}

    assert asked(hiding, "GET", "/admin/skills", params=params) == asked(never, "GET", "/admin/skills", params=params)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/admin/proposals"),
        ("POST", "/admin/skills/reload-all"),
        ("GET", "/info"),
        ("GET", "/admin/restrictions"),
    ],
)
def test_what_is_about_all_skills_is_about_those_that_are_seen(services, method, path):
    hiding, never = services

    assert asked(hiding, method, path) == asked(never, method, path)


def test_an_upload_is_judged_among_the_skills_that_are_seen(services):
    hiding, never = services
    evals = {"evals/triggers.yaml": triggers("Export the salaries", within=1)}
    folders = [
        skill_folder("payroli", description="Looks like another name."),
        skill_folder("salary", description="Export.", files=evals),
        skill_folder("payroll", description="Salaries, by somebody else.", files=evals),
    ]

    for folder in folders:
        file = {"file": ("skill.zip", zipped_folder(folder), "application/zip")}
        told = [asked(service, "POST", "/admin/skills/validate", files=file) for service in (hiding, never)]
        assert told[0] == told[1]


def test_refused_folders_and_releases_leave_the_hidden_skill_out(services):
    def released(service):
        status, told, _ = asked(service, "GET", "/admin/releases", params={"limit": "200"})
        return status, [(each["kind"], each["skill"], each["version"], each["reason"]) for each in told["releases"]]

    hiding, never = services

    assert asked(hiding, "GET", "/admin/quarantine") == asked(never, "GET", "/admin/quarantine")
    assert released(hiding) == released(never)


def test_every_route_is_compared_or_has_a_reason_not_to_be(services):
    routes = {route for route, _ in operations(services[0])}

    assert routes >= OF_ADMINS | UPLOADS
    assert {route for route in routes if "{" not in route} - WHOLE - UPLOADS - RECORDS == {
        "GET /health",
        "GET /ready",
        "GET /info",
        "GET /admin/skills",
        "GET /admin/proposals",
        "GET /admin/quarantine",
        "GET /admin/releases",
        "GET /admin/restrictions",
        "GET /admin/secrets",
        "GET /admin/statistics",
        "GET /admin/statistics/skills",
        "GET /admin/statistics/never-used",
        "POST /admin/skills/reload-all",
        "POST /admin/publisher/accept-history",
    }


def test_who_is_in_the_group_works_with_the_skill_as_everybody_does_with_others(services):
    hiding, _ = services
    insider = in_groups("finance")

    shown = hiding.http.get("/admin/skills/payroll", headers=insider).json()
    (proposal,) = hiding.http.get("/admin/proposals", headers=insider).json()["proposals"]

    assert (shown["live_version"], shown["groups"]) == (2, ["finance"])
    assert hiding.http.get(f"/admin/proposals/{proposal['id']}", headers=insider).status_code == 200
