"""The figures of calls and the sketches in them, and how they stand in sheets."""

import zlib
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from ddsketch import DDSketch
from hypothesis import given
from hypothesis import strategies as st

from catalog_builders import NOON
from mcpskills.errors import UnavailableError
from mcpskills.journal import InvocationStatus
from mcpskills.statistics import packing, users
from mcpskills.statistics.latencies import ACCURACY, LONGEST, SHORTEST, Latencies, OpenLatencies, bin_of
from mcpskills.statistics.packing import NOBODYS, Row
from mcpskills.statistics.sheet import PARTS, part_of
from mcpskills.statistics.users import OpenUsers, Users
from statistics_builders import a_call, a_sheet, figures_of, rows_of

SECONDS = st.lists(st.floats(SHORTEST, LONGEST), min_size=1, max_size=200)
CALLERS = st.lists(st.integers(0, 3 * users.MOST).map(str), max_size=50)


def observed(seconds: list[float]) -> Latencies:
    latencies = OpenLatencies()
    for each in seconds:
        latencies.add(bin_of(each))
    assert latencies.count == len(seconds)
    return Latencies(latencies.counts)


def seen(callers: list[str]) -> Users:
    found = OpenUsers()
    for each in callers:
        found.observe(each)
    return Users(found.packed())


@given(st.lists(SECONDS, min_size=1, max_size=5), st.sampled_from([0.0, 0.5, 0.95, 0.99, 1.0]))
def test_a_merged_percentile_is_within_the_promised_part_of_the_exact_one(parts: list[list[float]], quantile: float):
    together = Latencies()
    for part in parts:
        together.merge(observed(part))

    ordered = sorted(second for part in parts for second in part)
    exact = ordered[int(quantile * (len(ordered) - 1))]
    [found] = together.percentiles(quantile)
    assert found == pytest.approx(exact, rel=ACCURACY * 1.000001)
    assert together.count == len(ordered)


@given(SECONDS, SECONDS, SECONDS)
def test_latencies_are_the_same_in_whatever_order_they_are_merged(
    one: list[float], two: list[float], three: list[float]
):
    left, right = observed(one), observed(three)
    left.merge(observed(two))
    left.merge(observed(three))
    right.merge(observed(two))
    right.merge(observed(one))

    assert left.counts == right.counts == observed(one + two + three).counts


@given(SECONDS, st.floats(0, 1))
def test_percentiles_are_those_of_the_library(seconds: list[float], quantile: float):
    library = DDSketch(ACCURACY)
    for each in seconds:
        library.add(each)

    assert observed(seconds).percentiles(quantile) == [library.get_quantile_value(quantile)]


def test_there_are_no_percentiles_of_no_calls():
    assert Latencies().percentiles(0.5, 0.99) == [None, None]


@pytest.mark.parametrize("seconds", [0.0, -1.0, SHORTEST / 10, 10 * LONGEST])
def test_a_duration_beyond_the_bounds_counts_as_the_bound(seconds: float):
    [found] = observed([seconds]).percentiles(0.5)

    assert found == pytest.approx(min(max(seconds, SHORTEST), LONGEST), rel=ACCURACY)


def test_all_durations_there_can_be_take_few_bins():
    latencies = observed([SHORTEST * (LONGEST / SHORTEST) ** (step / 10_000) for step in range(10_001)])

    assert len(latencies.counts) < 500


def test_as_many_calls_as_there_are_count_in_one_bin():
    latencies = OpenLatencies()
    for calls in (1, 254, 1, 70_000, 1):
        latencies.add(7, calls)
    latencies.add(3)

    assert list(latencies.counts.values()) == [1, 70_257]
    assert latencies.count == 70_258


@given(CALLERS, CALLERS)
def test_few_users_are_counted_exactly_however_they_are_merged(one: list[str], two: list[str]):
    together = seen(one)
    together.merge(seen(two))
    together.merge(seen(one))

    assert together.number == len({*one, *two})


def test_nobody_is_no_user_and_who_calls_alone_is_one_however_often():
    assert Users(OpenUsers().packed()).number == 0
    assert seen(["key:ada"] * 3).number == 1
    assert seen(["key:ada", "key:eve", "key:ada"]).number == 2


def test_many_users_are_estimated_from_what_stays_small():
    halves = [Users(), Users()]
    for number in range(100_000):
        halves[number % 2].observe(f"key:{number}")

    together = Users(halves[0].packed())
    together.merge(Users(halves[1].packed()))

    assert together.number == pytest.approx(100_000, rel=0.12)
    assert len(together.packed()) <= 4 * (users.MOST + 1)


def test_figures_count_errors_and_those_of_them_that_took_too_long():
    figures = figures_of(
        a_call(NOON),
        a_call(NOON + timedelta(seconds=5), status=InvocationStatus.ERROR),
        a_call(NOON + timedelta(seconds=2), status=InvocationStatus.TIMEOUT, principal=None),
    )

    assert (figures.calls, figures.errors, figures.timeouts) == (3, 2, 1)
    assert figures.error_rate == pytest.approx(2 / 3)
    assert (figures.first_at, figures.last_at) == (NOON, NOON + timedelta(seconds=5))
    assert figures.users.number == 1


def test_merging_with_nothing_changes_nothing():
    figures, nothing = figures_of(a_call()), figures_of()
    nothing.merge(figures)
    figures.merge(figures_of())

    assert nothing.first_at == figures.first_at == NOON
    assert nothing.latencies.counts == figures.latencies.counts
    assert figures_of().error_rate == 0


def test_a_sheet_is_read_as_it_was_written():
    calls = [a_call(), a_call(skill=None, version=None), a_call(version=2, principal="key:eve")]

    found = dict(packing.rows(packing.written(rows_of(*calls), a_sheet())))

    assert set(found) == {Row("pdf-forms", 1), NOBODYS, Row("pdf-forms", 2)}
    assert found[Row("pdf-forms", 2)].users.hashes == seen(["key:eve"]).hashes
    assert found[NOBODYS].latencies.counts == observed([0.25]).counts


def test_rows_without_a_table_of_short_calls_are_read_and_what_they_say_is_kept():
    numbers = (1_000, 2, 1, 0, 1_700_000_000, 1_700_000_060)
    body = zlib.compress(msgspec.msgpack.encode([1, [["pdf-forms", 1, numbers, {-200: 765}, b""]]]))

    [(row, figures)] = packing.rows([replace(a_sheet(), body=body)])
    [(again, kept)] = packing.rows(packing.written({row: figures}, a_sheet()))

    assert (row, figures.calls, figures.latencies.counts) == (Row("pdf-forms", 1), 1_000, {-200: 765})
    assert (again, kept.calls, kept.latencies.counts) == (row, 1_000, {-200: 765})


def test_a_large_sheet_is_kept_in_leaves_of_which_none_is_left_out_or_read_twice():
    calls = [a_call(skill=f"skill-{number}", principal=f"{number}-{of}") for number in range(700) for of in range(150)]

    leaves = packing.written(rows_of(*calls), a_sheet())

    assert len(leaves) > 1
    assert max(len(leaf.body) for leaf in leaves) < packing.LEAF_BYTES
    together = packing.merged(leaves[::-1])
    assert {figures.calls for figures in together.values()} == {150}
    assert len(together) == 700


def test_a_leaf_that_is_left_over_from_a_larger_sheet_is_not_read():
    [old] = packing.written(rows_of(a_call(skill="old")), a_sheet())
    larger = [replace(old, leaf=1)]

    [row] = packing.merged([*larger, *packing.written(rows_of(a_call()), a_sheet())])

    assert row == Row("pdf-forms", 1)


def test_what_is_damaged_is_told():
    with pytest.raises(UnavailableError, match="damaged"):
        packing.merged([a_sheet()])


def test_versions_are_merged_where_nobody_asks_for_them():
    sheets = packing.written(rows_of(a_call(), a_call(version=2)), a_sheet())

    together = packing.merged(sheets, versions=False)

    assert together[Row("pdf-forms")].calls == 2


def test_skills_are_spread_over_all_parts():
    assert {part_of(f"skill-{number}") for number in range(2_000)} == set(PARTS)
