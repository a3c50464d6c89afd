"""Rows and cursors of the listing."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mcpskills.version import Quarantine
from mcpskills_server.admin import listing
from mcpskills_server.admin.listing import Row


def refused(name, path):
    return Quarantine(path, "tree", name, "commit", "rules", "A reason.", datetime.now(UTC))


@given(st.text(), st.text())
def test_a_cursor_leads_back_to_its_row_whatever_the_name(name, path):
    row = Row(refused(name, path))

    assert listing.after(listing.cursor(row)) == row.key


def test_rows_stand_in_the_order_of_names_and_then_of_folders():
    rows = listing.rows([], [refused("b", "x/b"), refused("a", "z/a"), refused("a", "y/a")])

    assert [row.key for row in rows] == [("a", "y/a"), ("a", "z/a"), ("b", "x/b")]


def test_words_are_found_in_the_reason_too():
    row = Row(refused("a", "skills/a"))

    assert listing.mentions(row, None, ["reason", "skills"])
    assert not listing.mentions(row, None, ["reason", "elsewhere"])
