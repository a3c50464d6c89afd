"""How skills are used, as the admin API tells it to who sees them."""

from datetime import UTC, datetime

import pytest

from admin_service import running
from builders import skill_folder
from callers import in_groups
from catalog_builders import GRACE, TENANT
from mcpskills.access import Role
from mcpskills.journal import InvocationStatus
from mcpskills.restricting import Restriction
from statistics_builders import a_call
from way_in import a_caller

FAILED, LATE = InvocationStatus.ERROR, InvocationStatus.TIMEOUT
OUTSIDER = in_groups("legal")


def now():
    return datetime.now(UTC)


def told(service, path="", **asked):
    answer = service.http.get(f"/admin/statistics{path}", **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def of_skill(service, name, **asked):
    return service.http.get(f"/admin/skills/{name}/statistics", **asked)


def names(page):
    return [row["skill"] for row in page["skills"]]


def use(service):
    """Three skills are used, and one is not."""
    service.publish(*(skill_folder(name) for name in ("csv-profile", "letters", "pdf-forms", "release-notes")))
    service.count(
        *(a_call(now(), duration=0.01, principal=f"key:{number}") for number in range(10)),
        *(a_call(now(), skill="letters", duration=1.0, status=FAILED) for _ in range(3)),
        a_call(now(), skill="csv-profile", duration=0.1),
        a_call(now(), skill="csv-profile", duration=0.1, status=LATE),
        a_call(now(), skill=None, version=None, duration=0.001),
    )


@pytest.fixture
def used(service):
    use(service)
    return service


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory):
    """A service for tests that only look."""
    with running(tmp_path_factory.mktemp("looked at") / "data") as service:
        use(service)
        yield service


@pytest.mark.parametrize(("period", "slots"), [("24h", 24), ("7d", 7), ("30d", 30), ("90d", 90)])
def test_a_period_has_its_figures_slot_by_slot(looked_at, period, slots):
    answer = told(looked_at, params={"period": period})

    assert (answer["period"], answer["calls"], answer["errors"], answer["timeouts"]) == (period, 16, 4, 1)
    assert (answer["users"], answer["error_rate"], answer["dropped"]) == (11, 0.25, 0)
    assert answer["p99_ms"] == pytest.approx(1000, rel=0.02)
    assert len(answer["series"]) == slots
    assert sum(slot["calls"] for slot in answer["series"]) == 16
    assert answer["series"][-1] == {
        "at": answer["series"][-1]["at"],
        **{figure: answer[figure] for figure in ("calls", "errors", "users", "p50_ms", "p95_ms", "p99_ms")},
    }


def test_the_skills_that_were_called_and_failed_most_come_first(looked_at):
    answer = told(looked_at)

    assert [(top["skill"], top["calls"]) for top in answer["top_skills"]] == [
        ("pdf-forms", 10),
        ("letters", 3),
        ("csv-profile", 2),
    ]
    assert [(top["skill"], top["errors"]) for top in answer["top_failing"]] == [("letters", 3), ("csv-profile", 1)]


def test_without_calls_there_is_nothing_but_empty_slots(service):
    answer = told(service)

    assert (answer["calls"], answer["p95_ms"], answer["top_skills"]) == (0, None, [])
    assert {slot["p50_ms"] for slot in answer["series"]} == {None}
    assert told(service, "/skills")["skills"] == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["pdf-forms", "letters", "csv-profile"]),
        ({"order": "asc"}, ["csv-profile", "letters", "pdf-forms"]),
        ({"sort": "errors"}, ["letters", "csv-profile", "pdf-forms"]),
        ({"sort": "error_rate"}, ["letters", "csv-profile", "pdf-forms"]),
        ({"sort": "p95", "order": "asc"}, ["pdf-forms", "csv-profile", "letters"]),
        ({"sort": "users"}, ["pdf-forms", "csv-profile", "letters"]),
        ({"sort": "name"}, ["csv-profile", "letters", "pdf-forms"]),
        ({"sort": "name", "order": "desc"}, ["pdf-forms", "letters", "csv-profile"]),
    ],
    ids=str,
)
def test_skills_come_in_the_order_that_is_asked_for_page_by_page(looked_at, asked, expected):
    first = told(looked_at, "/skills", params={**asked, "limit": 2})
    second = told(looked_at, "/skills", params={**asked, "limit": 2, "cursor": first["next_cursor"]})

    assert names(first) + names(second) == expected
    assert (first["total"], second["next_cursor"]) == (3, None)


@pytest.mark.parametrize("other", [{"sort": "errors"}, {"order": "asc"}, {"period": "30d"}], ids=str)
def test_a_cursor_of_another_order_is_refused(looked_at, other):
    cursor = told(looked_at, "/skills", params={"limit": 1})["next_cursor"]

    answer = looked_at.http.get("/admin/statistics/skills", params={**other, "cursor": cursor})

    assert (answer.status_code, answer.json()["detail"].partition(" than ")[0]) == (
        422,
        "The cursor belongs to another order",
    )


def test_a_row_has_all_figures_of_the_skill(looked_at):
    row = told(looked_at, "/skills", params={"sort": "errors", "limit": 1})["skills"][0]

    assert row["p95_ms"] == pytest.approx(1000, rel=0.02)
    assert datetime.fromisoformat(row["last_called_at"]) <= now()
    assert {key: row[key] for key in ("skill", "calls", "errors", "timeouts", "error_rate", "users")} == {
        "skill": "letters",
        "calls": 3,
        "errors": 3,
        "timeouts": 0,
        "error_rate": 1.0,
        "users": 1,
    }


def test_a_page_of_skills_gets_the_figures_of_just_its_rows(looked_at):
    page = told(looked_at, "/skills", params={"names": "release-notes,pdf-forms,unheard-of", "sort": "name"})

    assert [(row["skill"], row["calls"], row["last_called_at"] is None) for row in page["skills"]] == [
        ("pdf-forms", 10, False),
        ("release-notes", 0, True),
        ("unheard-of", 0, True),
    ]


def test_what_nobody_used_is_told_page_by_page(used):
    used.publish(skill_folder("another"))

    first = told(used, "/never-used", params={"limit": 1})
    second = told(used, "/never-used", params={"limit": 1, "cursor": first["next_cursor"]})

    assert first["skills"] == [
        {"skill": "another", "live_version": 1, "published_at": first["skills"][0]["published_at"]}
    ]
    assert (names(second), second["next_cursor"]) == (["release-notes"], None)


def test_a_skill_has_its_versions_and_what_changed_when_one_went_live(service):
    service.publish(skill_folder(body="One.\n"))
    service.count(*(a_call(now(), duration=0.1) for _ in range(4)))
    service.publish(skill_folder(body="Two.\n"))
    service.count(a_call(now(), version=2, duration=0.2), a_call(now(), version=2, duration=0.2, status=FAILED))
    service.http.post("/admin/skills/pdf-forms/rollback", json={"version": 1, "reason": "It fails."})

    answer = of_skill(service, "pdf-forms").json()

    assert (answer["skill"], answer["calls"], answer["errors"]) == ("pdf-forms", 6, 1)
    assert [(one["version"], one["calls"], one["error_rate"]) for one in answer["versions"]] == [
        (2, 2, 0.5),
        (1, 4, 0.0),
    ]
    assert [slot["calls"] for slot in answer["versions"][0]["series"]] == [0, 0, 0, 0, 0, 0, 2]
    rollback, second, first = answer["publishes"]
    assert [(one["kind"], one["version"], one["was_live"]) for one in (first, second, rollback)] == [
        ("publish", 1, None),
        ("publish", 2, 1),
        ("rollback", 1, 2),
    ]
    assert (second["before"]["calls"], second["after"]["calls"]) == (4, 2)
    assert (second["before"]["error_rate"], second["after"]["error_rate"]) == (0.0, 0.5)


def test_of_a_deleted_skill_it_is_told_how_it_was_used(used):
    used.delete("letters")

    assert of_skill(used, "letters").json()["calls"] == 3
    assert of_skill(used, "unheard-of").status_code == 404


def test_names_and_versions_that_somebody_made_up_open_no_rows(used):
    used.count(
        a_call(now(), skill="made-up", version=7, status=FAILED),
        a_call(now(), version=1_000, status=FAILED),
        a_call(now(), principal=None),
    )

    assert told(used)["calls"] == 18
    assert names(told(used, "/skills")) == ["pdf-forms", "letters", "csv-profile"]
    assert [one["version"] for one in of_skill(used, "pdf-forms").json()["versions"]] == [1, None]


def restrict(service, name):
    service.catalog.restrict(TENANT, name, Restriction(frozenset({"finance"}), "Salaries.", GRACE))
    service.refresh()


def test_a_restricted_skill_is_in_no_figure_of_who_does_not_see_it(used):
    before = told(used, headers=OUTSIDER), told(used, "/skills", headers=OUTSIDER)
    used.publish(skill_folder("payroll"))
    restrict(used, "payroll")

    used.count(*(a_call(now(), skill="payroll", principal="key:boss") for _ in range(5)))

    after = told(used, headers=OUTSIDER), told(used, "/skills", headers=OUTSIDER)
    for one in (*before, *after):
        del one["until"]
    assert after == before
    assert "payroll" not in names(told(used, "/never-used", headers=OUTSIDER))
    assert of_skill(used, "payroll", headers=OUTSIDER).status_code == 404
    assert told(used)["calls"] == before[0]["calls"] + 5
    assert told(used, headers=in_groups("finance"))["users"] == before[0]["users"] + 1


def test_who_guesses_at_names_learns_nothing_from_the_totals(used):
    used.publish(skill_folder("payroll"))
    restrict(used, "payroll")
    start = told(used, headers=OUTSIDER)["errors"]

    used.count(a_call(now(), skill="payroll", version=None, status=FAILED))
    hidden = told(used, headers=OUTSIDER)["errors"]
    used.count(a_call(now(), skill="paywall", version=None, status=FAILED))
    unknown = told(used, headers=OUTSIDER)["errors"]

    assert (hidden - start, unknown - hidden) == (1, 1)


@pytest.mark.parametrize("method", ["resources/subscribe", "resources/unsubscribe", "completion/complete"])
def test_what_succeeds_with_any_name_counts_for_no_skill_and_for_no_version(used, method):
    used.publish(skill_folder("payroll"))
    restrict(used, "payroll")
    start, versions = told(used, headers=OUTSIDER)["calls"], of_skill(used, "letters").json()

    for skill, version in (("payroll", None), ("paywall", None), ("letters", 1_000)):
        used.count(a_call(now(), skill=skill, version=version, method=method))

    assert told(used, headers=OUTSIDER)["calls"] == start + 3
    assert {**of_skill(used, "letters").json(), "until": None} == {**versions, "until": None}


def test_developers_may_look_and_viewers_may_not(used):
    paths = ("/statistics", "/statistics/skills", "/statistics/never-used", "/skills/letters/statistics")
    used.way_in.who = a_caller(Role.DEVELOPER)
    allowed = [used.http.get(f"/admin{path}").status_code for path in paths]
    used.way_in.who = a_caller(Role.VIEWER)

    assert allowed == [200] * 4
    assert [used.http.get(f"/admin{path}").status_code for path in paths] == [403] * 4


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("", {"period": "1y"}),
        ("/skills", {"sort": "colour"}),
        ("/skills", {"cursor": "made up"}),
        ("/skills", {"cursor": "WyJuYW4iLCAiYSJd"}),
        ("/skills", {"names": ",".join(f"skill-{number}" for number in range(201))}),
        ("/never-used", {"cursor": "made up"}),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused(looked_at, path, asked):
    assert looked_at.http.get(f"/admin/statistics{path}", params=asked).status_code == 422
