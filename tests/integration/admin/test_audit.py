"""The audit trail as somebody reads it: by pages, in both orders, by what they look for, and as lines."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from catalog_builders import TENANT
from mcpskills.audit import Actor
from mcpskills_server.admin import trail
from mcpskills_server.admin.trail import Wanted

ADA, GRACE = Actor("ada"), Actor("grace")


@pytest.fixture
def http(service):
    """Ten entries, every second one of Grace's."""
    for number in range(10):
        service.principals.note(TENANT, f"deed-{number}", GRACE if number % 2 else ADA, {"number": number})
    return service.http


def deeds(answer):
    return [entry["action"] for entry in answer["entries"]]


def page(http, **params):
    answer = http.get("/admin/audit", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_oldest_come_first_and_pages_follow_each_other(http):
    first = page(http, limit=4)
    second = page(http, limit=4, after=first["next_after"])
    third = page(http, limit=4, after=second["next_after"])

    assert deeds(first) + deeds(second) + deeds(third) == [f"deed-{number}" for number in range(10)]
    assert third["next_after"] is None


def test_the_newest_come_first_where_that_is_asked_for(http):
    first = page(http, order="newest", limit=6)
    second = page(http, order="newest", limit=6, before=first["next_before"])

    assert deeds(first) + deeds(second) == [f"deed-{number}" for number in reversed(range(10))]
    assert (second["next_before"], second["next_after"]) == (None, None)


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_entries_are_found_by_who_did_what(http, order):
    of_grace = page(http, order=order, actor="grace")
    one = page(http, order=order, action="deed-3", actor="grace")

    assert sorted(deeds(of_grace)) == ["deed-1", "deed-3", "deed-5", "deed-7", "deed-9"]
    assert deeds(one) == ["deed-3"]
    assert deeds(page(http, order=order, skill="pdf-forms")) == []


def test_entries_are_found_by_time(http):
    now = datetime.now(UTC)

    assert len(deeds(page(http, since=(now - timedelta(hours=1)).isoformat()))) == 10
    assert deeds(page(http, since=(now + timedelta(hours=1)).isoformat())) == []
    assert deeds(page(http, until=(now - timedelta(hours=1)).isoformat())) == []


def test_a_look_reads_a_bounded_stretch_and_says_where_to_go_on(service, http):
    wanted, places, found = Wanted(action="deed-9"), [0], []
    while places[-1] is not None:
        look = trail.forward(service.catalog, TENANT, wanted, places[-1], limit=10, stretch=4)
        places.append(look.following)
        found.append([entry.action for entry in look.entries])

    assert places == [0, 4, 8, None]
    assert found == [[], [], ["deed-9"]]


def test_a_look_backward_is_bounded_as_well(service, http):
    wanted = Wanted(action="deed-0")

    first = trail.backward(service.catalog, TENANT, wanted, None, limit=10, stretch=6)
    second = trail.backward(service.catalog, TENANT, wanted, first.following, limit=10, stretch=6)

    assert (first.following, [entry.action for entry in second.entries], second.following) == (5, ["deed-0"], None)


def test_all_of_it_is_exported_as_lines(http):
    answer = http.get("/admin/audit/export", params={"actor": "ada"})

    assert answer.headers["content-type"] == "application/jsonl"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["action"] for line in lines] == [f"deed-{number}" for number in range(0, 10, 2)]
    assert lines == [entry for entry in page(http)["entries"] if entry["actor"] == "ada"]


@pytest.mark.parametrize(
    "params",
    [
        {"order": "newest", "after": 1},
        {"before": 1},
        {"since": "2026-01-01T00:00:00"},
        {"since": "0001-01-01T00:00:00Z"},
    ],
)
def test_what_makes_no_sense_is_refused(http, params):
    assert http.get("/admin/audit", params=params).status_code == 422


def test_the_beginning_is_found_among_many_without_reading_them_all(service):
    for number in range(40):
        service.principals.note(TENANT, f"deed-{number}", ADA, {})
    soon = datetime.now(UTC) + timedelta(days=1)

    found = trail.forward(service.catalog, TENANT, Wanted(since=soon), 0, limit=10)

    assert (list(found.entries), found.following) == ([], None)


@pytest.mark.parametrize("since", [{}, {"since": "2026-01-01T00:00:00Z"}])
def test_a_trail_that_somebody_cut_ends_where_its_entries_do(service, http, since):
    with closing(sqlite3.connect(service.root / "catalog.sqlite")) as database:
        database.executescript("DROP TRIGGER audit_is_kept; DELETE FROM audit WHERE sequence > 4;")

    found = page(http, **since)
    exported = http.get("/admin/audit/export", params=since)

    assert (deeds(found), found["next_after"]) == ([f"deed-{number}" for number in range(4)], None)
    assert found["head"]["sequence"] == 10
    assert len(exported.text.splitlines()) == 4
