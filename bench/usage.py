"""What statistics cost: one call, one sheet, and pages over a registry in which every skill is called every day.

python bench/usage.py [--skills 10000] [--days 30]
"""

import argparse
import random
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from mcpskills.adapters.sqlite.statistics import SqliteStatistics
from mcpskills.journal import InvocationStatus
from mcpskills.statistics import packing
from mcpskills.statistics.call import Concern
from mcpskills.statistics.counting import OpenHours
from mcpskills.statistics.figures import OpenFigures
from mcpskills.statistics.grid import Grid, Places
from mcpskills.statistics.packing import Row
from mcpskills.statistics.periods import Period, window
from mcpskills.statistics.sheet import DAY, HOUR, OPEN, Kind, Sheet, day_of, part_of
from mcpskills_server.statistics.folding import fold
from mcpskills_server.statistics.order import Order, Ordering, Sort
from mcpskills_server.statistics.ranking import Rankings
from mcpskills_server.statistics.reading import Reader

TENANT = "default"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class Call:
    def __init__(self, at, skill, principal):
        self.at, self.skill, self.principal, self.version = at.timestamp(), skill, principal, 1
        self.status = random.choices(list(InvocationStatus), [97, 2, 1])[0]
        self.duration = random.lognormvariate(-5, 1)


def some_calls(number, *, skill="pdf-forms", users=3):
    return [Call(NOW, skill, f"key:{random.randrange(users)}") for _ in range(number)]


def figures_of(calls):
    figures = OpenFigures("00")
    for call in calls:
        figures.observe(call)
    return figures


def spent(what, times=1):
    """Seconds of processor time."""
    began = time.process_time()
    for _ in range(times):
        what()
    return (time.process_time() - began) / times


def one_call():
    hours, calls = OpenHours("bench"), some_calls(20_000, users=500)
    about = Concern("pdf-forms", 1)
    seconds = spent(lambda: [hours.count(call, about, NOW) for call in calls])
    print(f"counting a call                    {seconds / len(calls) * 1e6:8.1f} µs")


class Together:
    """Calls of any of these skills; each is made by one of some callers."""

    def __init__(self, abouts, callers):
        self.at = NOW.timestamp()
        self._calls = [
            (random.choice(abouts), random.randrange(callers), random.lognormvariate(-8, 0.5)) for _ in range(120_000)
        ]

    def __len__(self):
        return len(self._calls)

    def __iter__(self):
        return iter(self._calls)


def calls_together():
    for skills, callers in ((100, 1), (10_000, 1), (100_000, 1), (10_000, 1_000)):
        hours, abouts = OpenHours("bench", most_rows=200_000), [(f"skill-number-{at:06}", 1) for at in range(skills)]
        calls = Together(abouts, callers)

        def told(about, how):
            return Concern(*about), f"key:{how}"

        hours.count_together(calls, told, NOW)
        seconds = spent(lambda hours=hours, calls=calls: hours.count_together(calls, told, NOW))
        took = seconds / len(calls) * 1e6
        print(f"of {skills:7,} skills and {callers:5,} callers  {took:8.1f} µs, with {len(calls):,} others")


def calls_in_a_grid():
    for skills in (100, 10_000, 100_000):
        hours, places = OpenHours("bench"), Places(None, NOW.timestamp())
        numbers = [places.number(f"skill-number-{at:06}", 1) for at in range(skills)]
        for _ in range(2):
            grid = Grid(places, lambda: None)
            grid.at = NOW.timestamp()
            for number in dict.fromkeys(numbers):
                place = places.place(number)
                if not places.saw("key:0", place):
                    places.see("key:0", place)
            calls = [(random.choice(numbers), random.lognormvariate(-10.5, 0.25)) for _ in range(120_000)]
            left = spent(lambda grid=grid, calls=calls: [grid.add(None, *of, "key:0", took) for *of, took in calls])
            seconds = spent(lambda grid=grid, hours=hours: hours.count_grid(grid, NOW))
        print(f"in a grid of {skills:7,} skills        {left / len(calls) * 1e6:8.1f} µs to leave a number")
        print(f"                                   {seconds / len(calls) * 1e6:8.1f} µs to count it")


def one_row():
    for number, users in ((1, 1), (10, 3), (100, 20), (5_000, 500)):
        rows = {Row(f"skill-number-{at:05}", 1): figures_of(some_calls(number, users=users)) for at in range(20)}
        sheets = packing.written(rows, Sheet("00", Kind.HOUR, NOW, NOW + HOUR))
        size = sum(len(sheet.body) for sheet in sheets) / len(rows)
        seconds = spent(lambda sheets=sheets: packing.merged(sheets), 50) / len(rows)
        print(f"a row of {number:5} calls, {users:3} users      {size:8.0f} bytes, read in {seconds * 1e6:.1f} µs")


def filled(statistics, skills, days):
    """Every skill called ten times by three users on every day, from fifty samples of such figures."""
    samples = [figures_of(some_calls(10)) for _ in range(50)]
    parts = {}
    for number in range(skills):
        name = f"skill-number-{number:05}"
        parts.setdefault(part_of(name), []).append(Row(name, 1))
    today = day_of(NOW)
    for back in range(days):
        start = today - back * DAY
        for part, rows in parts.items():
            sheet = Sheet(part, Kind.DAY, start, min(start + DAY, day_of(NOW) + 9 * HOUR))
            statistics.put(TENANT, packing.written({row: random.choice(samples) for row in rows}, sheet))
        totals = Sheet(OPEN, Kind.DAY, start, start + DAY)
        statistics.put(TENANT, packing.written({packing.NOBODYS: figures_of(some_calls(2_000, users=800))}, totals))


def pages(skills, days):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statistics.sqlite"
        with closing(SqliteStatistics(file, lambda: NOW)) as statistics:
            filled(statistics, skills, days)
            print(f"{skills} skills for {days} days            {file.stat().st_size / 1e6:8.1f} MB on disk")
            reader = Reader(statistics, TENANT, lambda: NOW)
            print(
                f"30 days of all, nothing merged     {spent(lambda: dict(reader.of_all(Period.DAYS_30))) * 1e3:8.0f} ms"
            )
            print(f"folding what a day needs           {spent(lambda: fold(statistics, TENANT, NOW)) * 1e3:8.0f} ms")
            rankings = Rankings(reader)
            for period in (Period.DAYS_7, Period.DAYS_30, Period.DAYS_90):
                print(
                    f"first page of {period:3} by p95           {spent(lambda p=period: page(rankings, p)) * 1e3:8.0f} ms"
                )
            seconds = spent(lambda: page(rankings, Period.DAYS_30), 20)
            print(f"next pages within 10 s             {seconds * 1e3:8.1f} ms")
            print(
                f"30 days of totals                  {spent(lambda: reader.totals(Period.DAYS_30, frozenset())) * 1e3:8.1f} ms"
            )
            seconds = spent(lambda: reader.of_skill("skill-number-00042", window(Period.DAYS_30, NOW)))
            print(f"30 days of one skill               {seconds * 1e3:8.1f} ms")


def page(rankings, period):
    return Ordering(Sort.P95, Order.DESCENDING).page(rankings.of(period), None, 50)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skills", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=30)
    asked = parser.parse_args()
    random.seed(7)
    one_call()
    calls_together()
    calls_in_a_grid()
    one_row()
    pages(asked.skills, asked.days)


if __name__ == "__main__":
    main()
