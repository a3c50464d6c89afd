"""The page of the audit trail: looking for entries, one of them whole, whether the chain fits, and the trail as a file."""

import json

import pytest

from dashboard_office import press, words
from mcpskills_dashboard.client import audit
from mcpskills_dashboard.client.audit import Wanted


@pytest.fixture(scope="module")
def eventful(an_office):
    """The office after somebody took a skill offline, and somebody else was denied that."""
    gone = {"reason": "It leaks *values*."}
    assert an_office.admin("DELETE", "/skills/pdf-forms", "publisher", params=gone).is_success
    assert not an_office.admin("DELETE", "/skills/pdf-forms", "viewer").is_success
    return an_office


def listed(visit):
    return [list(row) for row in visit.dataframe[0].value.to_dict("tight")["data"]]


def test_the_newest_entries_come_first_and_say_what_happened(eventful):
    rows = listed(eventful.visit("audit"))

    [offline] = [row for row in rows if row[3] == "Taken offline"]
    assert offline[2] == "Ada's publisher"
    assert offline[5].startswith("reason It leaks *values*. · live 1 → ")
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)


def test_the_address_says_what_is_looked_for(eventful):
    rows = listed(eventful.visit("audit", action="offline", skill="pdf-forms"))

    assert {(row[3], row[4]) for row in rows} == {("Taken offline", "pdf-forms")}


def test_an_action_that_is_chosen_stands_in_the_address(eventful):
    visit = eventful.visit("audit")

    visit.selectbox(key="audit_action").set_value("offline").run()

    assert visit.query_params["action"] == "offline"

    visit.selectbox(key="audit_action").set_value(None).run()

    assert "action" not in visit.query_params


def test_where_nothing_is_found_the_page_says_what_to_do(eventful):
    visit = eventful.visit("audit", actor="Nobody")

    assert not visit.dataframe
    assert "take one of the filters away" in words(visit)


def test_one_entry_is_shown_whole_by_its_address(eventful):
    head = audit.end(eventful.api())

    said = words(eventful.visit("audit", entry=str(head.sequence)))

    assert head.hash in said
    assert "Hash before" in said


@pytest.mark.parametrize("entry", ["99999999", "first", "-1"])
def test_an_entry_that_there_is_not_is_one_sentence(eventful, entry):
    assert "There is no such entry" in words(eventful.visit("audit", entry=entry))


def test_the_chain_is_verified_to_its_newest_hash(eventful):
    visit = press(eventful.visit("audit"), "Verify the chain")
    press(visit, "Verify", opener="Verify the chain")

    assert "The trail is whole" in words(visit)
    assert audit.end(eventful.api()).hash in words(visit)


@pytest.mark.parametrize(("kept", "said"), [("0" * 64, "is not in the chain"), ("a word", "Expected the 64")])
def test_a_hash_that_is_not_in_the_chain_is_told(eventful, kept, said):
    visit = press(eventful.visit("audit"), "Verify the chain")
    visit.text_input(key="audit_expect").set_value(kept)

    assert said in words(press(visit, "Verify", opener="Verify the chain"))


def test_what_is_wrong_with_the_chain_begins_in_the_readers_language(eventful):
    visit = press(eventful.visit("audit", language="zh"), "校验哈希链")
    visit.text_input(key="audit_expect").set_value("0" * 64)

    said = words(press(visit, "开始校验", opener="校验哈希链"))
    assert "校验未通过。" in said
    assert "is not in the chain" in said


def test_an_export_has_the_lines_that_the_filters_let_through(eventful):
    lines = [json.loads(line) for line in audit.exported(eventful.api(), Wanted(action="offline"))]
    visit = press(eventful.visit("audit", action="offline"), "Export")
    press(visit, "Collect the entries", opener="Export")

    assert {line["action"] for line in lines} == {"offline"}
    assert "1 entry" in words(visit)
    assert [each.proto.label for each in visit.get("download_button")] == ["Save the file"]


def test_who_may_not_read_the_trail_is_not_offered_it(eventful):
    visit = eventful.visit("audit", "publisher")

    assert "audit:read" in words(visit)
    assert not visit.dataframe
