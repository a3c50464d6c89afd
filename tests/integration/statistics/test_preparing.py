"""The figures of all skills are there before anybody asks for them again."""

import asyncio
import contextlib
from collections.abc import Iterator

import pytest

from catalog_builders import NOON, TENANT
from mcpskills.adapters.sqlite.statistics import SqliteStatistics
from mcpskills.statistics import packing
from mcpskills.statistics.periods import Period
from mcpskills.statistics.sheet import Kind, Sheet, day_of, part_of
from mcpskills_server.statistics.keeping import keep_prepared
from mcpskills_server.statistics.ranking import Rankings
from mcpskills_server.statistics.reading import Reader
from statistics_builders import a_call, rows_of


def counted(statistics: SqliteStatistics, skill: str) -> None:
    day = day_of(NOON)
    statistics.put(TENANT, packing.written(rows_of(a_call(skill=skill)), Sheet(part_of(skill), Kind.DAY, day, NOON)))


@pytest.mark.anyio
async def test_whoever_asked_for_one_period_has_the_figures_of_every_other_prepared(tmp_path):
    with contextlib.closing(SqliteStatistics(tmp_path / "statistics.sqlite", lambda: NOON)) as statistics:
        for skill in ("pdf-forms", "letters"):
            counted(statistics, skill)
        rankings = Rankings(Reader(statistics, TENANT, lambda: NOON))
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def prepare() -> Iterator[None]:
            yield from rankings.prepare()
            loop.call_soon_threadsafe(done.set)

        job = asyncio.create_task(keep_prepared(prepare, lambda: rankings.wanted, lambda: NOON))
        await asyncio.sleep(0)
        assert not done.is_set()
        rankings.of(Period.HOURS_24)
        await asyncio.wait_for(done.wait(), 30)
        job.cancel()
        await asyncio.wait([job])

        assert list(rankings.prepare()) == []
        assert {name: row.calls for name, row in rankings.of(Period.DAYS_90).items()} == {"pdf-forms": 1, "letters": 1}
