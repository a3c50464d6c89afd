"""The skill listing as a table: filtered, sorted and paged, and true after every kind of change."""

from datetime import UTC, datetime

import pytest

from admin_service import running
from builders import skill_folder
from callers import in_groups
from catalog_builders import GRACE, TENANT, lease_of
from mcpskills.access import Role
from mcpskills.errors import UnavailableError
from mcpskills.journal import InvocationStatus
from mcpskills.restricting import Restriction
from mcpskills.statistics.periods import Period
from mcpskills_server.admin.listing import Wish
from mcpskills_server.admin.skill_order import SkillOrder, Sort
from mcpskills_server.admin.skill_table import Place, SkillTable
from mcpskills_server.statistics.counted import Counted
from mcpskills_server.statistics.marks import Marks
from mcpskills_server.statistics.order import Order
from mcpskills_server.statistics.ranking import Rankings
from mcpskills_server.statistics.reading import Reader
from statistics_builders import a_call
from way_in import a_caller

NOW, FAILED = datetime.now(UTC), InvocationStatus.ERROR
OWNED = {"csv-profile": "Data", "pdf-forms": "office", "release-notes": None, "sql-review": "data"}
TAGGED = {"csv-profile": "Data, csv", "pdf-forms": "pdf", "release-notes": "", "sql-review": "data"}


def about(name):
    owner = f"  owner: {OWNED[name]}\n" if OWNED[name] else ""
    return f'metadata:\n{owner}  tags: "{TAGGED[name]}"\n'


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with running(tmp_path_factory.mktemp("table") / "data") as service:
        service.publish(*(skill_folder(name, extra=about(name)) for name in OWNED))
        service.count(
            *(a_call(NOW, skill="sql-review", duration=0.01, principal=f"key:{number}") for number in range(4)),
            *(a_call(NOW, skill="pdf-forms", duration=0.1) for _ in range(3)),
            a_call(NOW, skill="pdf-forms", duration=0.1, status=FAILED),
            a_call(NOW, skill="csv-profile", duration=1.0, status=FAILED),
        )
        service.http.delete("/admin/skills/pdf-forms")
        yield service


def refused(service, **params):
    answer = service.http.get("/admin/skills", params=params)
    return answer.status_code, answer.json()["detail"]


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


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"sort": "calls"}, ["pdf-forms", "sql-review", "csv-profile", "release-notes"]),
        ({"sort": "calls", "order": "asc"}, ["csv-profile", "pdf-forms", "sql-review", "release-notes"]),
        ({"sort": "errors"}, ["csv-profile", "pdf-forms", "sql-review", "release-notes"]),
        ({"sort": "error_rate"}, ["csv-profile", "pdf-forms", "sql-review", "release-notes"]),
        ({"sort": "p95"}, ["csv-profile", "pdf-forms", "sql-review", "release-notes"]),
        ({"sort": "p95", "order": "asc"}, ["sql-review", "pdf-forms", "csv-profile", "release-notes"]),
        ({"sort": "users", "period": "24h"}, ["sql-review", "csv-profile", "pdf-forms", "release-notes"]),
        ({"sort": "calls", "q": "review"}, ["sql-review"]),
        ({"sort": "calls", "tag": "data"}, ["sql-review", "csv-profile"]),
        ({"sort": "p95", "owner": "data"}, ["csv-profile", "sql-review"]),
        ({"sort": "calls", "status": "ACTIVE"}, ["sql-review", "csv-profile", "release-notes"]),
        ({"sort": "calls", "names": "release-notes,csv-profile"}, ["csv-profile", "release-notes"]),
        ({"sort": "calls", "q": "e", "owner": "data", "tag": "csv", "status": "ACTIVE"}, ["csv-profile"]),
    ],
    ids=str,
)
def test_rows_are_sorted_by_figures_whatever_they_are_filtered_by(service, params, names):
    assert listed(service, **params) == names


def test_calls_that_come_later_are_in_the_next_order(tmp_path):
    with running(tmp_path / "data") as service:
        service.publish(skill_folder("letters"), skill_folder("pdf-forms"))
        reader = Reader(service.registry.statistics, TENANT, lambda: datetime.now(UTC))
        figures = Counted(reader, Rankings(reader, lasting=0), Marks(service.catalog, TENANT))
        table = SkillTable(service.catalog, TENANT, service.replica, figures)
        place = Place(None, 9, SkillOrder(Sort.CALLS, Order.DESCENDING, Period.DAYS_7))
        before = table.page(Wish(), place)

        service.count(a_call(NOW, skill="pdf-forms"))
        after = table.page(Wish(), place)

        assert [row.of.name for row, _ in before.rows] == ["letters", "pdf-forms"]
        assert [row.of.name for row, _ in after.rows] == ["pdf-forms", "letters"]


def test_without_a_place_for_statistics_there_is_no_order_by_them(service):
    table = SkillTable(service.catalog, TENANT, service.replica, None)

    with pytest.raises(UnavailableError, match="no place for statistics"):
        table.page(Wish(), Place(None, 9, SkillOrder(Sort.CALLS, Order.DESCENDING, Period.DAYS_7)))


def test_who_may_not_read_statistics_gets_no_order_by_them(service):
    owner, service.way_in.who = service.way_in.who, a_caller(Role.VIEWER)
    by_calls, by_name = refused(service, sort="calls"), listed(service, sort="name")
    service.way_in.who = a_caller(Role.DEVELOPER)
    of_developer = listed(service, sort="calls")
    service.way_in.who = owner

    assert by_calls == (403, "This needs the scope statistics:read, which your credential does not have.")
    assert by_name == list(OWNED)
    assert of_developer[0] == "pdf-forms"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"sort": "calls"}, {"sort": "name"}),
        ({"sort": "calls"}, {"sort": "errors"}),
        ({"sort": "calls"}, {"sort": "calls", "order": "asc"}),
        ({"sort": "calls"}, {"sort": "calls", "period": "30d"}),
        ({"sort": "owner"}, {"sort": "calls"}),
        ({"sort": "name"}, {"sort": "name", "order": "desc"}),
    ],
    ids=str,
)
def test_a_cursor_of_another_order_is_refused_by_name(service, mine, theirs):
    cursor = service.http.get("/admin/skills", params={**mine, "limit": 1}).json()["next_cursor"]

    status, detail = refused(service, **theirs, cursor=cursor)

    assert (status, detail.partition(" than ")[0]) == (422, "The cursor belongs to another order")


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({"sort": "colour"}, ["query.sort"]),
        ({"sort": "calls", "period": "1y"}, ["query.period"]),
        ({"order": "up"}, ["query.order"]),
    ],
    ids=str,
)
def test_an_order_that_there_is_not_is_one_error(service, params, wrong):
    answer = service.http.get("/admin/skills", params=params)

    assert (answer.status_code, [each["location"] for each in answer.json()["errors"]]) == (422, wrong)


@pytest.mark.parametrize(
    "sort", ["name", "owner", "status", "updated_at", "calls", "errors", "error_rate", "p95", "users"]
)
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

    service.count(*(a_call(NOW, skill="payroll") for _ in range(9)))

    def asked(group, **params):
        return service.http.get("/admin/skills", params=params, headers=in_groups(group)).json()["total"]

    for params in ({"owner": "finance"}, {"q": "salaries"}, {"q": "payroll"}, {"sort": "owner", "q": "payroll"}):
        assert (asked("finance", **params), asked("legal", **params)) == (1, 0)
        assert (asked("finance", **params | {"sort": "calls"}), asked("legal", **params | {"sort": "calls"})) == (1, 0)
    assert asked("finance", sort="calls") == asked("legal", sort="calls") + 1
