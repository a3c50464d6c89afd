"""What one process counts in the hours that are not over for it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_builders import NOON
from mcpskills.statistics import counting, packing
from mcpskills.statistics.call import Concern
from mcpskills.statistics.counting import OpenHours
from mcpskills.statistics.packing import NOBODYS, Row
from mcpskills.statistics.sheet import HOUR, LATE, OPEN, RESTRICTED, Kind, part_of
from statistics_builders import Together, a_call

MINUTE = timedelta(minutes=1)
PDF_FORMS = Concern("pdf-forms", 1)
PART = part_of("pdf-forms")


def counted(sheets):
    """Calls by part, hour and row."""
    return {(sheet.part, sheet.start, row): figures.calls for sheet in sheets for row, figures in packing.rows([sheet])}


def test_a_call_counts_for_its_skill_and_in_the_totals_of_all():
    hours = OpenHours("one")

    hours.count(a_call(NOON), PDF_FORMS, NOON)
    hours.count(a_call(NOON), Concern(), NOON)

    sheets = list(hours.take())
    assert counted(sheets) == {
        (OPEN, NOON, NOBODYS): 2,
        (PART, NOON, Row("pdf-forms", 1)): 1,
    }
    assert {(sheet.kind, sheet.writer, sheet.until) for sheet in sheets} == {(Kind.WRITING, "one", NOON + HOUR)}


def test_a_restricted_skill_counts_in_totals_of_its_own():
    hours = OpenHours("one")

    hours.count(a_call(NOON), Concern("pdf-forms", 1, restricted=True), NOON)

    assert counted(hours.take()) == {
        (RESTRICTED, NOON, Row("pdf-forms")): 1,
        (PART, NOON, Row("pdf-forms", 1)): 1,
    }


def test_only_what_changed_is_written_again_and_then_whole():
    hours = OpenHours("one")
    hours.count(a_call(NOON), PDF_FORMS, NOON)
    list(hours.take())
    hours.close(NOON)

    hours.count(a_call(NOON), Concern(), NOON)

    assert counted(hours.take()) == {(OPEN, NOON, NOBODYS): 2}


@pytest.mark.parametrize(
    ("at", "told", "hour"),
    [
        (NOON - MINUTE, NOON + LATE - MINUTE, NOON - HOUR),
        (NOON - MINUTE, NOON + LATE, NOON),
        (NOON - 5 * HOUR, NOON + MINUTE, NOON),
        (NOON + 3 * HOUR, NOON + MINUTE, NOON),
    ],
    ids=["in time", "late", "very late", "from the future"],
)
def test_a_call_counts_in_its_hour_as_long_as_nobody_folds_it(at, told, hour):
    hours = OpenHours("one")

    hours.count(a_call(at), Concern(), told)

    assert counted(hours.take()) == {(OPEN, hour, NOBODYS): 1}


def test_what_was_taken_and_not_written_is_taken_again_with_what_came_meanwhile():
    hours = OpenHours("one")
    hours.count(a_call(NOON), PDF_FORMS, NOON)
    taken = list(hours.take())
    hours.count(a_call(NOON), Concern(), NOON)
    hours.put_back(taken)

    assert counted(hours.take()) == {(OPEN, NOON, NOBODYS): 2, (PART, NOON, Row("pdf-forms", 1)): 1}


def test_an_hour_that_is_over_is_kept_until_what_was_counted_in_it_is_taken():
    hours = OpenHours("one")
    hours.count(a_call(NOON), PDF_FORMS, NOON)
    list(hours.take())
    hours.count(a_call(NOON), PDF_FORMS, NOON)

    hours.close(NOON + HOUR + LATE)

    assert counted(hours.take())[PART, NOON, Row("pdf-forms", 1)] == 2


def test_an_hour_that_is_over_is_forgotten_once_it_is_written():
    hours = OpenHours("one")
    hours.count(a_call(NOON), PDF_FORMS, NOON)
    before = list(hours.take())

    hours.close(NOON + HOUR + LATE)
    hours.count(a_call(NOON + HOUR), PDF_FORMS, NOON + HOUR)

    assert len(before) == 2
    assert {start for _, start, _ in counted(hours.take())} == {NOON + HOUR}


def test_calls_of_which_only_the_number_is_known_are_told():
    hours = OpenHours("one")

    hours.miss(7, NOON)
    hours.miss(0, NOON + HOUR)

    [(row, figures)] = packing.rows(hours.take())
    assert (row, figures.calls, figures.dropped) == (NOBODYS, 0, 7)


def test_a_flood_of_skills_takes_bounded_memory_and_still_counts_in_the_totals():
    hours = OpenHours("one")

    for number in range(counting.MOST_ROWS + 50):
        hours.count(a_call(NOON), Concern(f"skill-{number}", 1), NOON)

    rows = counted(hours.take())
    assert rows[OPEN, NOON, NOBODYS] == counting.MOST_ROWS + 50
    assert len(rows) == counting.MOST_ROWS
    assert hours.left_out == 51


CALLS = st.lists(
    st.builds(
        a_call,
        skill=st.sampled_from([None, "pdf-forms", "letters", "secret"]),
        version=st.sampled_from([1, 2]),
        principal=st.sampled_from(["key:ada", "key:eve", "key:joe"]),
        duration=st.floats(0.0, 10.0),
    ),
    max_size=30,
)
MOMENTS = st.sampled_from([NOON - 5 * HOUR, NOON - MINUTE, NOON, NOON + 7 * MINUTE, NOON + 3 * HOUR])


def about(skill, version):
    return Concern(skill, None if skill is None else version, skill == "secret")


def rows_of(sheets):
    return [(sheet, row, figures) for sheet in sheets for row, figures in packing.rows([sheet])]


def whole(sheets):
    """All figures by part, hour and row."""
    return {
        (sheet.part, sheet.start, row): (
            *(figures.calls, figures.errors, figures.dropped, figures.first, figures.last),
            *(figures.latencies.counts, figures.users.packed()),
        )
        for sheet, row, figures in rows_of(sheets)
    }


@given(st.lists(st.tuples(MOMENTS, CALLS), max_size=3), st.integers(1, 4))
def test_calls_that_are_counted_together_come_to_the_same_as_one_after_the_other(parts, most_alike):
    one, other, now = OpenHours("one"), OpenHours("other", most_alike=most_alike), NOON + MINUTE
    for at, some in parts:
        calls = [replace(call, at=at.timestamp()) for call in some]
        together = Together(calls)
        for call in calls:
            one.count(call, about(call.skill, call.version), now)

        def told(of, how, together=together):
            skill, version, _, caller = together.told(of, how)
            return about(skill, version), caller

        other.count_together(together, told, now)

    assert whole(other.take()) == whole(one.take())


def test_what_calls_are_about_is_asked_once_for_those_that_are_alike_as_long_as_they_are_few():
    hours, asked = OpenHours("one", most_alike=2), Counter()

    def told(of, how):
        asked[of[0]] += 1
        return about(*of), "key:ada"

    hours.count_together(
        Together([a_call(skill=name) for name in ["one", "two", "one", "two", "three", "secret", "three", "one"]]),
        told,
        NOON,
    )

    assert asked == {"one": 2, "two": 1, "three": 1, "secret": 1}


def test_calls_that_there_is_no_room_for_count_in_the_totals_of_all_unless_they_are_restricted():
    single, together = OpenHours("one", most_rows=2), OpenHours("other", most_rows=2)
    calls = [a_call(skill=name) for name in ["one", "two", "three", "three", "secret"]]

    for call in calls:
        single.count(call, about(call.skill, call.version), NOON)
    together.count_together(Together(calls), lambda of, _: (about(*of), "key:ada"), NOON)

    assert single.left_out == together.left_out == 4
    assert (
        counted(single.take())
        == counted(together.take())
        == {(OPEN, NOON, NOBODYS): 4, (part_of("one"), NOON, Row("one", 1)): 1}
    )


def test_of_calls_that_cannot_be_counted_the_number_is():
    hours, calls = OpenHours("one"), [a_call(skill=name) for name in ["one"] * 300 + ["two"] * 300 + ["one"] * 400]

    def told(of, _):
        if of[0] == "two":
            raise RuntimeError("this one")
        return about(*of), "key:ada"

    with pytest.raises(RuntimeError):
        hours.count_together(Together(calls), told, NOON)

    [totals] = [figures for row, figures in packing.rows(hours.take()) if row == NOBODYS]
    assert totals.calls + totals.dropped == 1_000
    assert totals.calls == 300


def test_many_calls_count_once_in_totals_that_are_summed_up_in_parts():
    hours = OpenHours("one")
    names = ["pdf-forms", "pdf-forms", "secret", "letters", None]

    hours.count_together(
        Together([a_call(skill=name, duration=name == "letters") for name in names * 2_500]),
        lambda of, _: (about(*of), "key:ada"),
        NOON,
    )

    found = {
        row: (figures.calls, sorted(figures.latencies.counts.values())) for _, row, figures in rows_of(hours.take())
    }
    assert found == {
        NOBODYS: (10_000, [2_500, 7_500]),
        Row("secret"): (2_500, [2_500]),
        Row("secret", 1): (2_500, [2_500]),
        Row("pdf-forms", 1): (5_000, [5_000]),
        Row("letters", 1): (2_500, [2_500]),
    }


def test_who_counts_many_calls_may_rest_meanwhile():
    hours, rests = OpenHours("one"), []

    hours.count_together(
        Together([a_call()] * 1_000), lambda of, _: (about(*of), "key:ada"), NOON, lambda: rests.append(1)
    )

    assert len(rests) >= 3
