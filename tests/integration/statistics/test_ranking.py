"""The figures of all skills: what is called meanwhile is counted, and what is not is not reckoned again."""

import pytest

from catalog_builders import NOON, TENANT
from mcpskills.adapters.sqlite.statistics import SqliteStatistics
from mcpskills.statistics import packing
from mcpskills.statistics.periods import Period
from mcpskills.statistics.sheet import HOUR, Kind, Sheet, part_of
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


def test_only_the_parts_with_new_calls_are_reckoned_again(statistics, rankings):
    assert part_of(CALLED) != part_of(LEFT)
    write(statistics, CALLED, 1)
    write(statistics, LEFT, 1)
    before = rankings.of(Period.DAYS_7)

    write(statistics, CALLED, 2)
    after = rankings.of(Period.DAYS_7)

    assert after[CALLED].calls == 2
    assert after[LEFT] is before[LEFT]
