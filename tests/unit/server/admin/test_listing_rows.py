"""Rows of the listing, their orders and the cursors of these."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mcpskills.errors import InvalidInputError
from mcpskills.statistics.periods import Period
from mcpskills.version import Quarantine, SkillRecord, Status
from mcpskills_server.admin import listing
from mcpskills_server.admin.listing import UNKNOWN, Row
from mcpskills_server.admin.skill_order import SkillOrder, Sort
from mcpskills_server.statistics.order import Order
from mcpskills_server.statistics.ranking import Numbers

NOW = datetime.now(UTC)
ORDERS = st.builds(
    lambda sort, order: SkillOrder(sort, order, Period.DAYS_7 if sort.is_by_figures else None),
    st.sampled_from(Sort),
    st.sampled_from(Order),
)
BY_FIGURES = ORDERS.filter(lambda order: order.sort.is_by_figures)
FIGURES = st.builds(
    Numbers,
    calls=st.integers(1, 3),
    errors=st.integers(0, 2),
    error_rate=st.sampled_from([0.0, 0.3333]),
    p95_ms=st.sampled_from([None, 0.1, 30.0]),
    users=st.integers(0, 2),
)


def refused(name, path):
    return Quarantine(path, "tree", name, "commit", "rules", "A reason.", NOW)


def skill(name):
    return SkillRecord(
        name, f"skills/{name}", "tree", 1, 1, None, deleted=False, load_error=None, generation=1, updated_at=NOW
    )


@given(ORDERS, st.text(), st.text(), FIGURES)
def test_a_cursor_leads_back_to_its_row_whatever_the_name_and_the_order(order, name, path, numbers):
    for of in (refused(name, path), skill(name)):
        key = order.key({name: numbers})(Row(of, Status.ERROR), UNKNOWN)

        assert order.after(order.cursor(key)) == key


@given(ORDERS, ORDERS)
def test_a_cursor_is_good_in_its_own_order_alone(order, other):
    cursor = order.cursor(order.key({})(Row(skill("a"), Status.ACTIVE), UNKNOWN))

    assume(other != order)
    with pytest.raises(InvalidInputError, match="belongs to another order"):
        other.after(cursor)


@given(st.dictionaries(st.text("ab", min_size=1, max_size=3), st.none() | FIGURES, max_size=9), BY_FIGURES)
def test_by_figures_names_ascend_among_equals_and_those_without_calls_come_last(figures, order):
    ranking = {name: numbers for name, numbers in figures.items() if numbers}
    rows = [Row(skill(name), Status.ACTIVE) for name in figures]
    key = order.key(ranking)
    keys = sorted(key(row, UNKNOWN) for row in rows)

    shown = [keys[at] for at in order.page(keys, None, len(keys))]

    assert shown == keys
    assert [name for _, name, _ in shown[len(ranking) :]] == sorted(figures.keys() - ranking)


def test_a_refused_folder_has_no_figures_although_it_claims_the_name_of_a_skill_that_has():
    key = SkillOrder(Sort.CALLS, Order.DESCENDING, Period.DAYS_7).key({"a": Numbers(calls=7)})

    of_skill, of_folder = (key(Row(of, Status.ERROR), UNKNOWN) for of in (skill("a"), refused("a", "x")))

    assert (of_skill[0], of_folder[0]) == (-7, math.inf)


def test_rows_stand_in_the_order_of_names_and_then_of_folders():
    found = listing.together([], [refused("b", "x/b"), refused("a", "z/a"), refused("a", "y/a")])

    assert [(each.name, each.path) for each in found] == [("a", "y/a"), ("a", "z/a"), ("b", "x/b")]


def test_words_are_found_in_the_reason_too():
    row = Row(refused("a", "skills/a"), Status.ERROR)

    assert listing.mentions(row, UNKNOWN, ["reason", "skills"])
    assert not listing.mentions(row, UNKNOWN, ["reason", "elsewhere"])


@given(st.integers(0, 9), st.integers(1, 4), st.sampled_from(Order))
def test_pages_in_either_order_hold_every_row_once(count, limit, order):
    by_name, keys = SkillOrder(order=order), [("", str(number), "") for number in range(count)]
    shown, after = [], None
    for _ in range(count // limit + 1):
        page = [keys[place] for place in by_name.page(keys, after, limit)]
        shown += page
        after = page[-1] if page else after

    assert shown == (keys if order is Order.ASCENDING else keys[::-1])
