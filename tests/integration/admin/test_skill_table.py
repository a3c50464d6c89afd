"""The skill listing as a table: filtered, sorted and paged, and true after every kind of change."""

import pytest

from admin_service import running
from builders import skill_folder
from callers import in_groups
from catalog_builders import GRACE, TENANT, lease_of
from mcpskills.restricting import Restriction

OWNED = {"csv-profile": "Data", "pdf-forms": "office", "release-notes": None, "sql-review": "data"}
TAGGED = {"csv-profile": "Data, csv", "pdf-forms": "pdf", "release-notes": "", "sql-review": "data"}


def about(name):
    owner = f"  owner: {OWNED[name]}\n" if OWNED[name] else ""
    return f'metadata:\n{owner}  tags: "{TAGGED[name]}"\n'


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with running(tmp_path_factory.mktemp("table") / "data") as service:
        service.publish(*(skill_folder(name, extra=about(name)) for name in OWNED))
        service.http.delete("/admin/skills/pdf-forms")
        yield service


def listed(service, **params):
    answer = service.http.get("/admin/skills", params={"limit": 100, **params}).json()
    return [row["name"] for row in answer["skills"]]


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"owner": "DATA"}, ["csv-profile", "sql-review"]),
        ({"tag": "data"}, ["csv-profile", "sql-review"]),
        ({"tag": "csv", "owner": "data"}, ["csv-profile"]),
        ({"owner": "nobody"}, []),
        ({"sort": "owner"}, ["csv-profile", "sql-review", "pdf-forms", "release-notes"]),
        ({"sort": "status"}, ["csv-profile", "release-notes", "sql-review", "pdf-forms"]),
        ({"sort": "name", "order": "desc"}, ["sql-review", "release-notes", "pdf-forms", "csv-profile"]),
        ({"sort": "updated_at", "order": "desc", "limit": 1}, ["pdf-forms"]),
        ({"status": "ACTIVE", "q": "forms pdf"}, ["csv-profile", "release-notes", "sql-review"]),
    ],
)
def test_rows_are_filtered_and_sorted(service, params, names):
    assert listed(service, **params) == names


@pytest.mark.parametrize("sort", ["name", "owner", "status", "updated_at"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_of_every_order_hold_every_row_once(service, sort, order):
    whole, shown, cursor = listed(service, sort=sort, order=order), [], None

    for _ in range(len(OWNED)):
        params = {"sort": sort, "order": order, "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = service.http.get("/admin/skills", params=params).json()
        shown += [row["name"] for row in page["skills"]]
        cursor = page["next_cursor"]

    assert (shown, cursor) == (whole, None)


def test_an_owner_is_told_and_without_one_it_is_the_author(service):
    service.publish(skill_folder("by-author", extra="metadata:\n  author: Ada Author\n"))

    owners = {row["name"]: row["owner"] for row in service.http.get("/admin/skills?limit=100").json()["skills"]}
    service.delete("by-author")

    assert (owners["csv-profile"], owners["by-author"], owners["release-notes"]) == ("Data", "Ada Author", None)
    assert "by-author" not in listed(service)


def test_the_table_follows_new_content_trouble_and_folders_that_move(service):
    service.publish(skill_folder("letters", description="Writes letters by hand."))
    first = listed(service, q="by hand")
    service.publish(skill_folder("letters", description="Writes letters by machine."))
    second = listed(service, q="by hand"), listed(service, q="by machine")
    service.quarantine("skills/letters", "The description is too long.")
    troubled = listed(service, q="too long")
    lease = lease_of(service.catalog)
    service.catalog.keep_place(lease, "letters", "skills/office/letters", "9" * 40)
    service.catalog.mark_commit(lease, "9" * 40)
    moved = listed(service, q="office/letters")
    service.catalog.release(lease, "skills/letters")
    released = listed(service, q="too long")

    assert (first, second, troubled) == (["letters"], ([], ["letters"]), ["letters"])
    assert (moved, released) == (["letters"], [])


def test_a_table_for_who_does_not_see_a_skill_neither_finds_nor_counts_it(service):
    service.publish(skill_folder("payroll", description="Salaries.", extra="metadata:\n  owner: finance\n"))
    service.catalog.restrict(TENANT, "payroll", Restriction(frozenset({"finance"}), "Salaries.", GRACE))
    service.refresh()

    def asked(group, **params):
        return service.http.get("/admin/skills", params=params, headers=in_groups(group)).json()["total"]

    for params in ({"owner": "finance"}, {"q": "salaries"}, {"q": "payroll"}, {"sort": "owner", "q": "payroll"}):
        assert (asked("finance", **params), asked("legal", **params)) == (1, 0)
    assert asked("finance") == asked("legal") + 1
