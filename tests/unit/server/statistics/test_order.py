"""Skills in the order of a figure, page by page."""

from hypothesis import given
from hypothesis import strategies as st

from mcpskills_server.statistics.order import Order, Ordering, Sort, place, top
from mcpskills_server.statistics.ranking import Numbers

ROWS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.builds(Numbers, calls=st.integers(1, 3), errors=st.integers(0, 2), p95_ms=st.sampled_from([0.1, 0.2, 30.0])),
    max_size=12,
)


@given(ROWS, st.sampled_from(Sort), st.sampled_from(Order), st.integers(1, 4))
def test_pages_have_every_row_once_in_one_order(rows, sort, order, limit):
    ordering, after, found = Ordering(sort, order), None, []
    while not found or after is not None:
        page, after = ordering.page(rows, after, limit)
        found += page
        if after is not None:
            # As it comes back from a client.
            after = place(repr(after.value), after.name)
        elif not page:
            break

    whole, _ = ordering.page(rows, None, 100)
    assert found == whole
    assert dict(found) == rows
    assert len(found) == len(rows)


@given(ROWS, st.integers(1, 3))
def test_the_top_are_those_with_the_most_and_none_without_any(rows, most):
    found = [numbers.errors for _, numbers in top(rows, Sort.ERRORS, most)]

    assert found == sorted((numbers.errors for numbers in rows.values() if numbers.errors), reverse=True)[:most]
