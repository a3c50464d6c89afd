"""The figures of all skills: what is called meanwhile is counted, and what is not is not reckoned again."""

from itertools import count

import pytest

from catalog_builders import NOON, TENANT
from mcpskills.adapters.sqlite.statistics import SqliteStatistics
from mcpskills.statistics import packing
from mcpskills.statistics.periods import Period
from mcpskills.statistics.sheet import DAY, HOUR, Kind, Sheet, day_of, part_of
from mcpskills_server.statistics.ranking import Rankings
from mcpskills_server.statistics.reading import Reader
from statistics_builders import a_call, rows_of

CALLED, LEFT = "pdf-forms", "letters"


@pytest.fixture
def statistics(tmp_path):
    kept = SqliteStatistics(tmp_path / "statistics.sqlite", lambda: NOON)
    yield kept
    kept.close()


@pytest.fixture
def rankings(statistics):
    """They keep nothing for anybody who asks later."""
    return Rankings(Reader(statistics, TENANT, lambda: NOON), lasting=0)


def write(statistics, skill, calls):
    sheet = Sheet(part_of(skill), Kind.WRITING, NOON, NOON + HOUR, writer="one")
    statistics.put(TENANT, packing.written(rows_of(*[a_call(skill=skill)] * calls), sheet))


@pytest.mark.parametrize("period", Period)
def test_calls_that_come_later_are_in_the_next_ranking(statistics, rankings, period):
    write(statistics, CALLED, 1)
    assert {name: row.calls for name, row in rankings.of(period).items()} == {CALLED: 1}

    write(statistics, CALLED, 3)
    write(statistics, LEFT, 2)

    assert {name: row.calls for name, row in rankings.of(period).items()} == {CALLED: 3, LEFT: 2}


def test_what_is_taken_away_is_in_no_ranking_any_more(statistics, rankings):
    write(statistics, CALLED, 1)
    rankings.of(Period.DAYS_7)

    written = statistics.read(TENANT, Kind.WRITING, [part_of(CALLED)], since=NOON, until=NOON + HOUR)
    statistics.remove(TENANT, written)

    assert rankings.of(Period.DAYS_7) == {}


def test_what_is_prepared_is_not_reckoned_again(statistics, rankings):
    day = day_of(NOON)
    for skill in (CALLED, LEFT):
        sheet = Sheet(part_of(skill), Kind.DAY, day, day + DAY)
        statistics.put(TENANT, packing.written(rows_of(a_call(skill=skill)), sheet))

    pieces = list(rankings.prepare())
    prepared = rankings.of(Period.DAYS_30)

    assert len(pieces) == 2 * 3
    assert list(rankings.prepare()) == []
    assert {name: row.calls for name, row in prepared.items()} == {CALLED: 1, LEFT: 1}


def test_who_asks_while_figures_are_prepared_gets_all_of_them(statistics, rankings):
    write(statistics, CALLED, 1)
    write(statistics, LEFT, 2)

    preparing = rankings.prepare()
    next(preparing)
    asked = rankings.of(Period.DAYS_90)

    assert {name: row.calls for name, row in asked.items()} == {CALLED: 1, LEFT: 2}


def test_of_skills_that_share_a_part_only_the_one_that_is_called_is_reckoned_again(statistics, rankings):
    mate = next(name for number in count() if part_of(name := f"skill-{number}") == part_of(CALLED))
    day = day_of(NOON)
    folded = rows_of(
        a_call(NOON - HOUR, skill=CALLED), a_call(NOON - HOUR, skill=CALLED, version=2), a_call(skill=mate)
    )
    statistics.put(TENANT, packing.written(folded, Sheet(part_of(CALLED), Kind.DAY, day, NOON)))
    before = rankings.of(Period.DAYS_7)

    write(statistics, CALLED, 3)
    after = rankings.of(Period.DAYS_7)

    assert (before[CALLED].calls, after[CALLED].calls) == (2, 5)
    assert after[CALLED].users == 1
    assert after[mate] is before[mate]


def test_only_the_parts_with_new_calls_are_reckoned_again(statistics, rankings):
    assert part_of(CALLED) != part_of(LEFT)
    write(statistics, CALLED, 1)
    write(statistics, LEFT, 1)
    before = rankings.of(Period.DAYS_7)

    write(statistics, CALLED, 2)
    after = rankings.of(Period.DAYS_7)

    assert after[CALLED].calls == 2
    assert after[LEFT] is before[LEFT]
