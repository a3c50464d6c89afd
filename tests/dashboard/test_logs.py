"""The page of the journal: what clients ask while they ask it, looking for some of it, one request whole, and a file of them."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from dashboard_office import office, press, words
from journal_builders import an_invocation
from mcpskills.api_key import WholeKey
from mcpskills.journal import InvocationStatus
from mcpskills_dashboard.client import logs
from mcpskills_dashboard.client.logs import Wanted

ERROR, TIMEOUT = InvocationStatus.ERROR, InvocationStatus.TIMEOUT
SOME = 60


def asked(an_office):
    """A minute of calls of one client, one of them in vain, and one that somebody else waited too long for."""
    now = datetime.now(UTC)
    many = [
        an_invocation(now - timedelta(seconds=place), principal="key:ada", session="ada's", skill="csv-profile")
        for place in range(2, SOME)
    ]
    in_vain = an_invocation(
        now - timedelta(seconds=1),
        method="tools/call",
        status=ERROR,
        principal="key:ada",
        skill="pdf-forms",
        version=1,
        error="Expected a *form*, got none.",
        parameters='{"name": "load_skill", "arguments": {"name": "pdf-forms"}}',
        client_address="192.0.2.7",
        user_agent="a client/1.0",
    )
    late = an_invocation(now, status=TIMEOUT, principal="key:grace", skill="csv-profile", duration=30.0)
    an_office.record(*many, in_vain, late)
    return in_vain


@pytest.fixture(scope="module")
def in_vain(an_office):
    return asked(an_office)


def listed(visit):
    return [list(row) for row in visit.dataframe[0].value.to_dict("tight")["data"]]


def test_the_newest_requests_come_first_and_say_how_they_ended(an_office, in_vain):
    rows = listed(an_office.visit("logs"))

    assert len(rows) == SOME
    assert rows[0][1:] == ["◷ Timeout", "resources/read", "csv-profile", "30.0 s", "key:grace", ""]
    assert rows[1][1:4] == ["✕ Error", "tools/call", "pdf-forms v1"]
    assert rows[1][6] == "Expected a *form*, got none."


@pytest.mark.parametrize(
    ("looked_for", "found"),
    [
        ({"skill": "pdf-forms"}, 1),
        ({"status": "TIMEOUT"}, 1),
        ({"principal": "key:grace"}, 1),
        ({"session": "ada's"}, SOME - 2),
        ({"text": "a CLIENT"}, 1),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_the_address_says_what_is_looked_for(an_office, in_vain, looked_for, found):
    assert len(listed(an_office.visit("logs", **looked_for))) == found


def test_a_status_that_is_chosen_stands_in_the_address(an_office, in_vain):
    visit = an_office.visit("logs")

    visit.selectbox(key="logs_status").set_value("TIMEOUT").run()

    assert visit.query_params["status"] == "TIMEOUT"
    assert len(listed(visit)) == 1

    visit.selectbox(key="logs_status").set_value(None).run()

    assert "status" not in visit.query_params
    assert len(listed(visit)) == SOME


def test_who_pauses_reads_page_by_page_what_was_there(an_office, in_vain):
    visit = an_office.visit("logs")
    seen = listed(visit)
    visit.toggle(key="logs_live").set_value(False).run()
    an_office.record(an_invocation(datetime.now(UTC), skill="pdf-forms"))
    visit.run()

    assert listed(visit) == seen[:50]
    assert listed(press(visit, "Next")) == seen[50:]


def test_one_request_is_shown_whole_by_its_address(an_office, in_vain):
    said = words(an_office.visit("logs", call=in_vain.id))

    assert r"Expected a \*form\*, got none." in said
    assert '"name": "load_skill"' in said
    assert "`192.0.2.7`" in said
    assert "Not kept, or not to be seen by you." in said


@pytest.mark.parametrize("call", ["019aa0d6-3b40-7c11-8f0e-2f4c55d9a001", "..", "nothing"])
def test_a_request_that_there_is_not_is_one_sentence(an_office, in_vain, call):
    visit = an_office.visit("logs", call=call)

    assert len(visit.error) + len(visit.info) == 1


def test_an_export_has_the_lines_that_the_filters_let_through(an_office, in_vain):
    lines = [json.loads(line) for line in logs.exported(an_office.api(), Wanted(status="ERROR"))]
    visit = press(an_office.visit("logs", status="ERROR"), "Export")
    press(visit, "Collect the requests", opener="Export")

    assert [line["id"] for line in lines] == [in_vain.id]
    assert "1 request, " in words(visit)
    assert [each.proto.label for each in visit.get("download_button")] == ["Save the file"]


def test_the_requests_of_a_skill_stand_on_its_own_page_as_well(an_office, in_vain):
    rows = listed(an_office.visit("skill", name="pdf-forms", part="logs"))

    assert {row[3].partition(" ")[0] for row in rows} == {"pdf-forms"}


def test_where_nobody_asked_the_page_says_how_to_begin(tmp_path):
    with office(tmp_path) as made:
        assert "Connect a client" in words(made.visit("logs"))
        assert "take a filter away" in words(made.visit("logs", skill="pdf-forms"))


def test_callers_are_called_by_their_names_as_far_as_one_may_read_those(an_office, in_vain):
    who = f"key:{WholeKey.parse(an_office.keys['developer']).id}"
    call = an_invocation(datetime.now(UTC) - timedelta(hours=1), principal=who)
    an_office.record(call)

    [row] = listed(an_office.visit("logs", principal="ada's developer"))
    [row_of_others] = listed(an_office.visit("logs", "publisher", principal=who))
    whole = words(an_office.visit("logs", call=call.id))

    assert (row[5], row_of_others[5]) == ("Ada's developer", who)
    assert f"| Ada's developer `{who}` |" in whole


def test_who_may_not_read_the_journal_is_not_offered_it(an_office):
    visit = an_office.visit("logs", "developer")

    assert "logs:read" in words(visit)
    assert not visit.dataframe
