"""Calls on their way from requests into statistics."""

import asyncio
import threading
from contextlib import closing

import pytest

from catalog_builders import NOON, TENANT, Clock
from mcpskills.adapters.sqlite.statistics import SqliteStatistics
from mcpskills.errors import UnavailableError
from mcpskills.following import Follower
from mcpskills.statistics.grid import Grid, Places
from mcpskills.statistics.packing import NOBODYS
from mcpskills.statistics.periods import Period
from mcpskills_server.pace import Pace
from mcpskills_server.statistics import collecting
from mcpskills_server.statistics.collecting import Collector
from mcpskills_server.statistics.reading import Reader, total
from registry import opened
from statistics_builders import Together, a_call

pytestmark = pytest.mark.anyio


class Away:
    """Statistics that cannot be reached while `away` says so."""

    def __init__(self, statistics):
        self._statistics = statistics
        self.away = True

    def put(self, tenant, sheets):
        if self.away:
            raise UnavailableError("They are away.")
        self._statistics.put(tenant, sheets)


class Recording:
    """Deals with what is left when the server stops, as the recorder does."""

    def __init__(self, collector):
        self.overflowed = 0
        self.is_filling = False
        self.calls = Together(())
        self.began = asyncio.Event()
        self.full = asyncio.Event()
        self._collector = collector

    def together(self):
        calls, self.calls = self.calls, Together(())
        return calls

    async def filling(self):
        await self.full.wait()
        self.full.clear()

    async def run(self):
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self._collector.observe([a_call()] * 2)


@pytest.fixture
def statistics(tmp_path):
    with closing(SqliteStatistics(tmp_path / "statistics.sqlite", Clock())) as kept:
        yield kept


@pytest.fixture
def snapshot(tmp_path):
    with opened(tmp_path / "registry") as registry:
        registry.publish("pdf-forms")
        registry.publish("payroll")
        registry.restrict("payroll", "finance")
        served = Follower(registry.catalog, registry.store, TENANT, registry.verify).follow(None)
    return lambda: served


def totals(statistics):
    return total(Reader(statistics, TENANT, Clock()).totals(Period.HOURS_24, frozenset()))


async def test_calls_are_written_while_requests_are_recorded_and_the_last_ones_at_the_end(statistics, snapshot):
    collector = Collector(statistics, TENANT, snapshot, Clock())
    recording = Recording(collector)

    running = asyncio.create_task(collector.run(recording))
    collector.observe([a_call()] * 3)
    await recording.began.wait()
    await collector.write()
    before = totals(statistics).calls
    recording.overflowed = 7
    recording.calls = Together([a_call()] * 20)
    running.cancel()
    await asyncio.wait([running])

    after = totals(statistics)
    assert (before, after.calls, after.dropped) == (3, 25, 7)


async def test_who_counts_rests_unless_it_falls_behind_or_the_server_ends(statistics, snapshot):
    paces = []

    def pace(is_urgent):
        paces.append(Pace(is_urgent))
        return paces[-1]

    collector = Collector(statistics, TENANT, snapshot, Clock(), pace)
    recording = Recording(collector)
    running = asyncio.create_task(collector.run(recording))
    await recording.began.wait()
    await collector.write()
    is_urgent, urgent = paces[0].is_urgent, []

    urgent.append(is_urgent())
    for filling in (True, False):
        recording.is_filling = filling
        urgent.append(is_urgent())
    running.cancel()
    await asyncio.wait([running])
    urgent.append(is_urgent())

    assert urgent == [False, True, False, True]


async def test_what_cannot_be_written_now_is_written_later(statistics, snapshot):
    away = Away(statistics)
    collector = Collector(away, TENANT, snapshot, Clock())

    collector.observe([a_call()])
    await collector.write()
    away.away = False
    collector.observe([a_call()])
    await collector.write()

    assert totals(statistics).calls == 2


async def test_calls_are_counted_while_what_came_before_is_on_its_way(statistics, snapshot):
    class Slow(Away):
        """Takes its time until it is told to go on."""

        def __init__(self, statistics):
            super().__init__(statistics)
            self.away = False
            self.began, self.go_on = threading.Event(), threading.Event()

        def put(self, tenant, sheets):
            self.began.set()
            self.go_on.wait()
            super().put(tenant, sheets)

    class Counted(Together):
        """Tells that its calls were counted."""

        def __iter__(self):
            yield from super().__iter__()
            counted.set()

    slow, counted = Slow(statistics), threading.Event()
    collector = Collector(slow, TENANT, snapshot, Clock())
    recording = Recording(collector)
    running = asyncio.create_task(collector.run(recording))
    await recording.began.wait()
    collector.observe([a_call()])
    writing = asyncio.create_task(collector.write())
    await asyncio.to_thread(slow.began.wait)

    recording.calls = Counted([a_call()] * 3)
    recording.full.set()
    await asyncio.to_thread(counted.wait)

    before = totals(statistics).calls
    slow.go_on.set()
    await writing
    running.cancel()
    await asyncio.wait([running])
    assert (before, totals(statistics).calls) == (0, 6)


async def test_of_calls_together_those_of_restricted_skills_are_in_totals_of_their_own(statistics, snapshot):
    collector = Collector(statistics, TENANT, snapshot, Clock())
    recording = Recording(collector)
    running = asyncio.create_task(collector.run(recording))
    await recording.began.wait()
    recording.calls = Together([a_call(skill="payroll", principal="key:eve")] * 3 + [a_call()] * 2)
    await collector.write()

    reader = Reader(statistics, TENANT, Clock())
    of_all = total(reader.totals(Period.HOURS_24, frozenset({"payroll"})))
    with_payroll = total(reader.totals(Period.HOURS_24, frozenset()))
    running.cancel()
    await asyncio.wait([running])

    assert (of_all.calls, of_all.users.number) == (2, 1)
    assert (with_payroll.calls, with_payroll.users.number) == (5, 2)


async def test_calls_of_grids_are_counted_whatever_is_wrong_with_others(statistics, snapshot):
    class Wrong(Together):
        def __iter__(self):
            raise RuntimeError("these cannot be read")

    collector = Collector(statistics, TENANT, snapshot, Clock())
    recording = Recording(collector)
    running = asyncio.create_task(collector.run(recording))
    await recording.began.wait()
    places = Places("a snapshot", NOON.timestamp())
    grid, number = Grid(places, lambda: None), places.number("pdf-forms", 1)
    grid.at = NOON.timestamp()
    places.see("key:ada", places.place(number))
    for _ in range(3):
        grid.add("a snapshot", number, "key:ada", 250e-6)
    recording.calls = Wrong([a_call()] * 2)
    recording.calls.grids = [grid]

    with pytest.raises(RuntimeError):
        await collector.write()
    await collector.write()
    running.cancel()
    await asyncio.wait([running])

    found = totals(statistics)
    assert (found.calls, found.users.number, found.dropped) == (5, 1, 2)


async def test_of_calls_after_one_that_cannot_be_counted_the_number_is_written_also_at_the_end(statistics, snapshot):
    collector = Collector(statistics, TENANT, snapshot, Clock())
    recording = Recording(collector)
    running = asyncio.create_task(collector.run(recording))
    await recording.began.wait()
    recording.calls = Together([a_call()] * 3)
    collector.observe([a_call(), a_call(duration=None), a_call()])

    with pytest.raises(TypeError):
        await collector.write()
    collector.observe([a_call(duration=None), a_call()])
    running.cancel()
    await asyncio.wait([running])

    found = totals(statistics)
    assert (found.calls, found.dropped) == (4, 6)


async def test_several_processes_lose_nothing_of_each_other(statistics, snapshot):
    collectors = [Collector(statistics, TENANT, snapshot, Clock()) for _ in range(4)]

    for _ in range(3):
        for collector in collectors:
            collector.observe([a_call(principal=f"key:{id(collector)}")] * 5)
        await asyncio.gather(*(collector.write() for collector in collectors))

    assert (totals(statistics).calls, totals(statistics).users.number) == (60, 4)


async def test_what_is_too_much_at_once_is_told_by_its_number(statistics, snapshot):
    collector = Collector(statistics, TENANT, snapshot, Clock())

    collector.observe([a_call()] * (collecting.MOST_WAITING + 4))
    await collector.write()
    await collector.write()

    found = totals(statistics)
    assert (found.calls, found.dropped) == (collecting.MOST_WAITING, 4)


async def test_who_was_not_let_in_has_called_nothing(statistics, snapshot):
    collector = Collector(statistics, TENANT, snapshot, Clock())

    collector.observe([a_call(principal=None)] * (collecting.MOST_WAITING + 1))
    collector.observe([a_call()])
    await collector.write()

    found = totals(statistics)
    assert (found.calls, found.dropped) == (1, 0)


async def test_without_calls_nothing_is_written(statistics, snapshot):
    await Collector(statistics, TENANT, snapshot, Clock()).write()

    rows = Reader(statistics, TENANT, Clock()).totals(Period.HOURS_24, frozenset())
    assert {figures[NOBODYS].calls for figures in rows.values()} == {0}
    assert NOON in rows
