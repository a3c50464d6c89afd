"""What one process counts in the hours that are not over for it."""

from datetime import timedelta

import pytest

from catalog_builders import NOON
from mcpskills.statistics import counting, packing
from mcpskills.statistics.call import Concern
from mcpskills.statistics.counting import OpenHours
from mcpskills.statistics.packing import NOBODYS, Row
from mcpskills.statistics.sheet import HOUR, LATE, OPEN, RESTRICTED, Kind, part_of
from statistics_builders import a_call

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
