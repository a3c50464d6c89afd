import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills.errors import InvalidInputError
from mcpskills.journal import (
    BODY_BYTES,
    ERROR_BYTES,
    WORD_BYTES,
    Invocation,
    InvocationStatus,
    bound,
    cut,
    fitted,
    invocation_id,
    time_of,
)

TIMES = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MILLISECOND = timedelta(milliseconds=1)
ID = invocation_id(datetime(2026, 3, 1, tzinfo=UTC))
BOUNDS = {
    "principal": WORD_BYTES,
    "session": WORD_BYTES,
    "skill": WORD_BYTES,
    "parameters": BODY_BYTES,
    "result": BODY_BYTES,
    "error": ERROR_BYTES,
    "client_address": WORD_BYTES,
    "user_agent": WORD_BYTES,
}
ANYTHING = st.text(alphabet=st.characters(exclude_categories=()))
TEXTS = st.one_of(ANYTHING, st.builds(lambda text, times: text * times, ANYTHING, st.integers(100, 2_000)))


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


@given(TIMES)
def test_an_id_is_a_uuid_of_version_7(at: datetime):
    made = uuid.UUID(invocation_id(at))

    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_a_time_before_all_ids_bounds_nothing_out():
    assert bound(datetime(1, 1, 1, tzinfo=UTC)) <= invocation_id(datetime(1970, 1, 1, tzinfo=UTC))
    assert time_of(invocation_id(datetime(1, 1, 1, tzinfo=UTC))) == datetime(1970, 1, 1, tzinfo=UTC)


@given(st.text())
def test_other_texts_are_no_ids(text: str):
    with pytest.raises(InvalidInputError):
        time_of(text)


@given(ANYTHING, st.integers(3, 40))
def test_what_is_cut_fits_and_can_be_encoded(text: str, most: int):
    shortened = cut(text, most)

    assert len(shortened.encode()) <= most
    assert shortened.endswith("…") or shortened == text.encode(errors="replace").decode()


@given(st.lists(st.one_of(st.none(), TEXTS), min_size=8, max_size=8), TEXTS)
def test_every_text_of_an_invocation_is_cut_to_its_bound(texts: list[str | None], method: str):
    given = dict(zip(BOUNDS, texts, strict=True))
    invocation = Invocation("default", ID, method, InvocationStatus.ERROR, 0.5, version=3, **given)

    kept = fitted(invocation)

    for name, most in BOUNDS.items():
        assert getattr(kept, name) == (None if given[name] is None else cut(given[name], most))
    assert kept.method == cut(method, WORD_BYTES)
    assert (kept.tenant, kept.id, kept.status, kept.duration, kept.version) == ("default", ID, "ERROR", 0.5, 3)


def test_an_invocation_that_fits_is_kept_as_it_is():
    invocation = Invocation("default", ID, "ping", InvocationStatus.SUCCESS, 0.5, result="…")

    assert fitted(invocation) == invocation


def test_an_invocation_with_another_id_is_not_kept():
    with pytest.raises(InvalidInputError):
        fitted(Invocation("default", "1", "ping", InvocationStatus.SUCCESS, 0.5))
