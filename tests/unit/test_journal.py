from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills.errors import InvalidInputError
from mcpskills.journal import bound, cut, invocation_id, time_of

TIMES = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MILLISECOND = timedelta(milliseconds=1)


@given(TIMES)
def test_an_id_tells_its_time_to_the_millisecond(at: datetime):
    assert timedelta(0) <= at - time_of(invocation_id(at)) < MILLISECOND


@given(TIMES, TIMES)
def test_ids_are_in_the_order_of_time(one: datetime, other: datetime):
    earlier, later = sorted((one, other + MILLISECOND))

    assert invocation_id(earlier)[:13] <= invocation_id(later)[:13]
    assert bound(later) <= invocation_id(later)
    assert (invocation_id(earlier) < bound(later)) == (time_of(invocation_id(earlier)) < time_of(invocation_id(later)))


def test_two_ids_of_one_moment_differ():
    now = datetime(2026, 3, 1, tzinfo=UTC)

    assert len({invocation_id(now) for _ in range(1_000)}) == 1_000


def test_a_time_before_all_ids_bounds_nothing_out():
    assert bound(datetime(1, 1, 1, tzinfo=UTC)) <= invocation_id(datetime(1970, 1, 1, tzinfo=UTC))


@given(st.text())
def test_other_texts_are_no_ids(text: str):
    with pytest.raises(InvalidInputError):
        time_of(text)


@given(st.text(alphabet=st.characters(exclude_categories=())), st.integers(3, 40))
def test_what_is_cut_fits_and_can_be_encoded(text: str, most: int):
    shortened = cut(text, most)

    assert len(shortened.encode()) <= most
    assert shortened.endswith("…") or shortened == text.encode(errors="replace").decode()
