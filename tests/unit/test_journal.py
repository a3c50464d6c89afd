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
# Of the texts that there need not be.
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

    ids = {invocation_id(now) for _ in range(1_000)}

    assert len(ids) == 1_000
    # Each of the random digits has every value sooner or later.
    varied = [len({each[at] for each in ids}) for at in range(len(ID))]
    assert varied == [1] * 15 + [16] * 3 + [1] + [4] + [16] * 3 + [1] + [16] * 12


@given(TIMES)
def test_an_id_is_a_uuid_of_version_7(at: datetime):
    made = uuid.UUID(invocation_id(at))

    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_a_time_before_all_ids_bounds_nothing_out():
    assert bound(datetime(1, 1, 1, tzinfo=UTC)) <= invocation_id(datetime(1970, 1, 1, tzinfo=UTC))


def test_what_comes_before_1970_by_a_wrong_clock_has_an_id_of_1970():
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


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 37 + "…"),
        ("é" * 20, "é" * 20),
        ("é" * 21, "é" * 18 + "…"),
        ("a\ud800b", "a?b"),
        ("\ud800" * 41, "?" * 37 + "…"),
        ("", ""),
    ],
)
def test_a_text_is_cut_to_so_many_bytes_and_what_no_encoding_has_is_replaced(text: str, kept: str):
    assert cut(text, 40) == kept


@given(st.lists(st.one_of(st.none(), TEXTS), min_size=len(BOUNDS), max_size=len(BOUNDS)), TEXTS)
def test_every_text_of_an_invocation_is_cut_to_its_bound(texts: list[str | None], method: str):
    said = dict(zip(BOUNDS, texts, strict=True))
    invocation = Invocation("default", ID, method, InvocationStatus.ERROR, 0.5, version=3, **said)

    kept = fitted(invocation)

    assert {name: getattr(kept, name) for name in BOUNDS} == {
        name: text and cut(text, BOUNDS[name]) for name, text in said.items()
    }
    assert kept.method == cut(method, WORD_BYTES)
    assert (kept.tenant, kept.id, kept.status, kept.duration, kept.version) == ("default", ID, "ERROR", 0.5, 3)


@pytest.mark.parametrize("name", BOUNDS)
def test_one_text_that_no_encoding_has_is_replaced_where_all_others_fit(name: str):
    invocation = Invocation("default", ID, "ping", InvocationStatus.SUCCESS, 0.5, **{name: "\ud800"})

    assert getattr(fitted(invocation), name) == "?"


def test_an_invocation_that_fits_is_kept_as_it_is():
    invocation = Invocation("default", ID, "ping", InvocationStatus.SUCCESS, 0.5, result="…")

    assert fitted(invocation) == invocation


def test_an_invocation_with_another_id_is_not_kept():
    with pytest.raises(InvalidInputError):
        fitted(Invocation("default", "1", "ping", InvocationStatus.SUCCESS, 0.5))
