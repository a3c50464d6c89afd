"""What one process counts in the hours that are not over for it."""

from collections import Counter
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


CALLS = st.builds(
    a_call,
    skill=st.sampled_from([None, "pdf-forms", "letters", "secret"]),
    principal=st.sampled_from(["key:ada", "key:eve"]),
    duration=st.floats(0.0, 10.0),
)


def about(skill, version):
    return Concern(skill, None if skill is None else version, skill == "secret")


def whole(sheets):
    """All figures by part and row."""
    found = {}
    for sheet in sheets:
        for row, figures in packing.rows([sheet]):
            latencies = figures.latencies.counts
            found[sheet.part, row] = figures.calls, figures.first, figures.last, latencies, figures.users.number
    return found


@given(st.lists(st.lists(CALLS, max_size=30), max_size=3))
def test_calls_that_are_counted_together_come_to_the_same_as_one_after_the_other(parts):
    one, other = OpenHours("one"), OpenHours("other")
    for calls in parts:
        together = Together(calls)
        for call in calls:
            one.count(call, about(call.skill, call.version), NOON)

        def told(of, how, together=together):
            skill, version, _, caller = together.told(of, how)
            return about(skill, version), caller

        other.count_together(together, told, NOON)

    assert whole(other.take()) == whole(one.take())


def test_what_calls_are_about_is_asked_once_for_those_that_are_alike_however_many_there_are(monkeypatch):
    monkeypatch.setattr(counting, "_MOST_ALIKE", 2)
    hours, asked = OpenHours("one"), Counter()
    calls = [a_call(skill=name) for name in ["one", "two", "one", "two", "three", "secret", "three", "one"]]
    together = Together(calls)

    def told(of, how):
        asked[of[0]] += 1
        return about(*of), "key:ada"

    hours.count_together(together, told, NOON)

    assert asked == {"one": 2, "two": 1, "three": 1, "secret": 1}
    assert counted(hours.take()) == {
        (OPEN, NOON, NOBODYS): 7,
        (RESTRICTED, NOON, Row("secret")): 1,
        **{
            (part_of(name), NOON, Row(name, 1)): calls
            for name, calls in (("one", 3), ("two", 2), ("three", 2), ("secret", 1))
        },
    }


def test_calls_that_there_is_no_room_for_count_in_the_totals_also_together(monkeypatch):
    monkeypatch.setattr(counting, "MOST_ROWS", 2)
    hours = OpenHours("one")
    together = Together([a_call(skill=name) for name in ["one", "two", "three", "three", "secret"]])

    hours.count_together(together, lambda of, _: (about(*of), "key:ada"), NOON)

    assert hours.left_out == 4
    assert counted(hours.take()) == {
        (OPEN, NOON, NOBODYS): 4,
        (part_of("one"), NOON, Row("one", 1)): 1,
        (part_of("two"), NOON, Row("two", 1)): 1,
    }


def test_who_counts_many_calls_may_rest_meanwhile():
    hours, rests = OpenHours("one"), []

    hours.count_together(
        Together([a_call()] * 1_000), lambda of, _: (about(*of), "key:ada"), NOON, lambda: rests.append(1)
    )

    assert len(rests) >= 3
