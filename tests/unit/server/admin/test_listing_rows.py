"""Rows and cursors of the listing."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mcpskills.version import Quarantine, Status
from mcpskills_server.admin import listing
from mcpskills_server.admin.listing import UNKNOWN, Order, Row


def refused(name, path):
    return Quarantine(path, "tree", name, "commit", "rules", "A reason.", datetime.now(UTC))


@given(st.text(), st.text())
def test_a_cursor_leads_back_to_its_row_whatever_the_name(name, path):
    key = Row(refused(name, path), Status.ERROR).key()

    assert listing.after(listing.cursor(key)) == key


def test_rows_stand_in_the_order_of_names_and_then_of_folders():
    found = listing.together([], [refused("b", "x/b"), refused("a", "z/a"), refused("a", "y/a")])

    assert [(each.name, each.path) for each in found] == [("a", "y/a"), ("a", "z/a"), ("b", "x/b")]


def test_words_are_found_in_the_reason_too():
    row = Row(refused("a", "skills/a"), Status.ERROR)

    assert listing.mentions(row, UNKNOWN, ["reason", "skills"])
    assert not listing.mentions(row, UNKNOWN, ["reason", "elsewhere"])


@given(st.integers(0, 9), st.integers(1, 4), st.sampled_from(Order))
def test_pages_in_either_order_hold_every_row_once(count, limit, order):
    keys = [("", str(number), "") for number in range(count)]
    shown, after = [], None
    for _ in range(count // limit + 1):
        page = [keys[place] for place in listing.stretch(keys, after, limit, order)]
        shown += page
        after = page[-1] if page else after

    assert shown == (keys if order is Order.ASCENDING else keys[::-1])
