"""What processes wrote, on its way into hours, days and periods: whoever reads meanwhile counts every call once."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from catalog_builders import NOON, TENANT, Clock
from mcpskills.adapters.sqlite.statistics import SqliteStatistics
from mcpskills.statistics import packing
from mcpskills.statistics.call import Concern
from mcpskills.statistics.counting import OpenHours
from mcpskills.statistics.packing import NOBODYS
from mcpskills.statistics.periods import Period, hours
from mcpskills.statistics.sheet import DAY, GRACE, HOUR, Kind, Sheet, day_of, part_of
from mcpskills_server.statistics.folding import ALL_PARTS, fold
from mcpskills_server.statistics.reading import Reader, total
from statistics_builders import Call, a_call, rows_of

NOTHING_HIDDEN: frozenset[str] = frozenset()


@dataclass
class Counting:
    """Statistics at a time that a test moves, and processes that count in them."""

    statistics: SqliteStatistics
    clock: Clock
    writers: Iterator[int] = field(default_factory=count)

    def call(self, at: datetime, times: int = 1, *, about: Concern | None = None, **fields) -> None:
        """A process of its own counts calls of an hour and writes them."""
        process = OpenHours(str(next(self.writers)))
        for _ in range(times):
            call = a_call(at, **fields)
            process.count(call, about or Concern(call.skill, call.version), at)
        self.statistics.put(TENANT, list(process.take()))

    def day(self, start: datetime, calls: Iterable[Call]) -> None:
        """A day that was folded, with these calls whenever they were."""
        for row, figures in rows_of(*calls).items():
            part, day = part_of(row.skill), Sheet(part_of(row.skill), Kind.DAY, start, start + DAY)
            there = self.statistics.read(TENANT, Kind.DAY, [part], since=start, until=start + DAY)
            self.statistics.put(TENANT, packing.written({**packing.merged(there), row: figures}, day))

    def fold(self, at: datetime) -> None:
        self.clock.at = at
        fold(self.statistics, TENANT, at)

    @property
    def reader(self) -> Reader:
        return Reader(self.statistics, TENANT, self.clock)

    def calls(self, period: Period) -> dict[str, int]:
        return {row.skill: figures.calls for row, figures in self.reader.of_all(period)}

    def calls_at(self, period: Period, at: datetime) -> dict[str, int]:
        return {row.skill: figures.calls for row, figures in replace(self.reader, now=lambda: at).of_all(period)}

    def all_calls(self, period: Period, hidden: frozenset[str] = NOTHING_HIDDEN) -> int:
        return total(self.reader.totals(period, hidden)).calls

    def kept(self, kind: Kind) -> int:
        return len(self.statistics.read(TENANT, kind, ALL_PARTS, since=NOON - 100 * DAY, until=NOON + 100 * DAY))


@pytest.fixture
def counting(tmp_path: Path) -> Iterator[Counting]:
    clock = Clock()
    with closing(SqliteStatistics(tmp_path / "statistics.sqlite", clock)) as statistics:
        yield Counting(statistics, clock)


def test_what_is_written_is_read_before_and_after_it_is_folded(counting: Counting):
    counting.call(NOON - HOUR, 2)
    counting.call(NOON - HOUR, 3)
    counting.call(NOON, 4)
    before = [counting.calls(period) for period in Period]

    counting.fold(NOON + timedelta(minutes=20))

    assert before == [{"pdf-forms": 9}] * 4
    assert [counting.calls(period) for period in Period] == before
    assert [counting.all_calls(period) for period in Period] == [9] * 4
    assert counting.kept(Kind.HOUR) == counting.kept(Kind.DAY) == 2
    assert counting.kept(Kind.WRITING) == 6
    counting.fold(NOON + HOUR + GRACE)
    assert [counting.calls(period) for period in Period] == before
    assert counting.kept(Kind.WRITING) == 2


def test_folding_twice_changes_nothing(counting: Counting):
    counting.call(NOON - HOUR, 2)

    counting.fold(NOON + GRACE)
    counting.fold(NOON + GRACE)

    assert counting.calls(Period.DAYS_7) == {"pdf-forms": 2}


def test_an_hour_is_left_alone_while_somebody_may_still_count_in_it(counting: Counting):
    counting.call(NOON - HOUR)

    counting.fold(NOON + GRACE - timedelta(seconds=1))

    assert counting.kept(Kind.HOUR) == 0
    assert counting.calls(Period.HOURS_24) == {"pdf-forms": 1}


def test_who_folds_after_somebody_has_removed_half_of_it_loses_nothing(counting: Counting):
    counting.call(NOON - HOUR, 2)
    counting.call(NOON - HOUR, 3)
    written = counting.statistics.read(TENANT, Kind.WRITING, ALL_PARTS, since=NOON - HOUR, until=NOON)
    counting.fold(NOON + HOUR + GRACE)

    counting.statistics.put(TENANT, [sheet for sheet in written if sheet.writer == "0"])
    reading_meanwhile = counting.calls(Period.DAYS_7)
    counting.fold(NOON + HOUR + GRACE)

    assert reading_meanwhile == counting.calls(Period.DAYS_7) == {"pdf-forms": 5}
    assert counting.all_calls(Period.HOURS_24) == 5


def test_days_that_are_merged_count_once_and_no_longer_than_their_period(counting: Counting):
    today = day_of(NOON)
    for days in range(100):
        counting.day(
            today - days * DAY, [a_call(), a_call(version=2), *([] if days % 10 else [a_call(skill="seldom")])]
        )
    unmerged = [counting.calls(period) for period in Period]

    counting.fold(NOON)
    merged = [counting.calls(period) for period in Period]
    tomorrow = [counting.calls_at(period, NOON + DAY) for period in Period]

    assert merged[1:] == unmerged[1:]
    assert merged[1:] == [
        {"pdf-forms": 14, "seldom": 1},
        {"pdf-forms": 60, "seldom": 3},
        {"pdf-forms": 180, "seldom": 9},
    ]
    assert [calls["pdf-forms"] for calls in tomorrow[1:]] == [12, 58, 178]
    assert counting.kept(Kind.DAYS_7) > 2


def test_a_machine_that_was_off_folds_what_it_left(counting: Counting):
    counting.call(NOON - 5 * DAY, 2)
    before = [counting.calls(period) for period in Period], [counting.all_calls(period) for period in Period]

    counting.fold(NOON)

    assert before == ([{}, *[{"pdf-forms": 2}] * 3], [0, 2, 2, 2])
    assert [counting.calls(period) for period in Period] == before[0]
    assert [counting.all_calls(period) for period in Period] == before[1]
    assert counting.kept(Kind.WRITING) == 0


def test_what_is_left_in_a_day_whose_period_is_merged_already_is_counted_before_and_after_it_is_folded(
    counting: Counting,
):
    counting.day(day_of(NOON) - 6 * DAY, [a_call(), a_call(skill="letters")])
    counting.fold(NOON)

    counting.call(NOON - 5 * DAY, 2)
    before = [counting.calls(period) for period in Period]
    counting.fold(NOON)

    assert before[1:] == [{"pdf-forms": 3, "letters": 1}] * 3
    assert [counting.calls(period) for period in Period] == before
    tomorrow = [counting.calls_at(period, NOON + DAY) for period in Period]
    assert tomorrow[1:] == [{"pdf-forms": 2}, *[{"pdf-forms": 3, "letters": 1}] * 2]


@pytest.mark.parametrize("more", [{}, {"skill": "letters"}])
def test_who_could_not_write_until_the_hour_was_folded_is_counted_with_the_next_one(counting: Counting, more):
    slow = OpenHours("slow")
    counting.call(NOON - HOUR, 2)
    call = a_call(NOON - HOUR)
    slow.count(call, Concern(call.skill, call.version), NOON - HOUR)
    counting.statistics.put(TENANT, list(slow.take()))
    counting.fold(NOON + GRACE)

    late = a_call(NOON - HOUR, **more)
    slow.count(late, Concern(late.skill, late.version), NOON - HOUR)
    counting.statistics.put(TENANT, list(slow.take()))
    counting.fold(NOON + HOUR + GRACE)

    assert [sum(counting.calls(period).values()) for period in Period] == [4] * 4
    assert [counting.all_calls(period) for period in Period] == [4] * 4
    assert counting.kept(Kind.WRITING) == 0


def test_what_is_written_while_it_is_folded_is_counted_with_the_next_hour(tmp_path):
    class Meanwhile(SqliteStatistics):
        """Somebody writes after the first sheet that is put by others."""

        coming: Sequence[Sheet] = ()

        def put(self, tenant: str, sheets: Sequence[Sheet]) -> None:
            super().put(tenant, sheets)
            coming, self.coming = self.coming, ()
            super().put(tenant, coming)

    with closing(Meanwhile(tmp_path / "statistics.sqlite", clock := Clock())) as statistics:
        counting, slow, call = Counting(statistics, clock), OpenHours("slow"), a_call(NOON - HOUR)
        slow.count(call, Concern(call.skill, call.version), NOON - HOUR)
        statistics.put(TENANT, list(slow.take()))
        slow.count(call, Concern(call.skill, call.version), NOON - HOUR)
        statistics.coming = list(slow.take())

        counting.fold(NOON + HOUR + GRACE)
        counting.fold(NOON + 2 * HOUR + GRACE)

        assert [counting.all_calls(period) for period in Period] == [2] * 4
        assert counting.kept(Kind.WRITING) == 0


def test_the_last_hour_of_a_day_is_in_the_periods_of_the_next_one_whoever_was_late(counting: Counting):
    midnight = day_of(NOON)
    counting.call(midnight - HOUR)
    counting.fold(midnight + GRACE)

    counting.call(midnight - HOUR, 2)
    counting.fold(midnight + HOUR + GRACE)

    assert [counting.calls_at(period, midnight + at) for period in Period for at in (2 * HOUR, DAY)][2:] == [
        {"pdf-forms": 3}
    ] * 6


def test_a_skill_has_its_versions_hour_by_hour(counting: Counting):
    counting.call(NOON - HOUR, 2, version=1)
    counting.fold(NOON + GRACE)
    counting.call(NOON, 3, version=2)

    slots = counting.reader.of_skill("pdf-forms", hours(NOON - 2 * HOUR, NOON + HOUR))

    told = [{row.version: figures.calls for row, figures in rows.items()} for rows in slots.values()]
    assert told == [{}, {1: 2}, {2: 3}]


def test_totals_have_a_restricted_skill_for_who_sees_it_only(counting: Counting):
    counting.call(NOON, 2)
    counting.call(NOON, 3, skill="secret", about=Concern("secret", 1, restricted=True))
    counting.call(NOON, 4, about=Concern())
    hidden = frozenset({"secret"})

    before = counting.all_calls(Period.DAYS_7), counting.all_calls(Period.DAYS_7, hidden)
    counting.fold(NOON + HOUR + GRACE)

    assert before == (9, 6)
    assert (counting.all_calls(Period.HOURS_24), counting.all_calls(Period.HOURS_24, hidden)) == (9, 6)


def test_a_slot_without_calls_is_told_as_well(counting: Counting):
    slots = counting.reader.totals(Period.DAYS_30, NOTHING_HIDDEN)

    assert len(slots) == 30
    assert {rows[NOBODYS].calls for rows in slots.values()} == {0}
