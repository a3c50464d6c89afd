"""What pages of statistics ask of DynamoDB where every skill is called every day: requests, bytes, and units that AWS counts.

The table is MiniStack's, so it says nothing of time. Two processes wrote 500 skills each in each of the last three hours.

Run: make bench NAME=reads [ARGS="--skills 10000 --days 90"]
"""

import argparse
import math
import os
import random
import tempfile
from pathlib import Path

from usage import NOW, TENANT, figures_of, filled, some_calls

from mcpskills.statistics import packing
from mcpskills.statistics.packing import Row
from mcpskills.statistics.periods import Period, window
from mcpskills.statistics.sheet import HOUR, Kind, Sheet, hour_of, part_of
from mcpskills_server.statistics.folding import fold
from mcpskills_server.statistics.reading import Reader
from stand_ins.aws_server import CREDENTIALS
from stand_ins.catalogs import some_statistics
from stand_ins.ministack import ministack_server

UNIT = 4096
WRITTEN = 500


class Asked:
    """What a client of DynamoDB asked, and was told, since it was cleared."""

    def __init__(self, client):
        self.clear()
        client.meta.events.register("after-call.dynamodb", self._count)

    def clear(self):
        self.requests = self.bytes = self.units = 0

    def _count(self, http_response, parsed, **_):
        self.requests += 1
        self.bytes += len(http_response.content)
        # Of an item, names and values count; beside the body they are short.
        size = sum(len(value.get("B", b"")) or 16 for item in parsed.get("Items", ()) for value in item.values())
        self.units += max(1, math.ceil(size / UNIT))


def write_lately(statistics, skills):
    figures, names = figures_of(some_calls(10)), [f"skill-number-{number:05}" for number in range(skills)]
    for back in range(3):
        start = hour_of(NOW) - back * HOUR
        for writer in ("a", "b"):
            parts = {}
            for name in random.sample(names, min(WRITTEN, skills)):
                parts.setdefault(part_of(name), {})[Row(name, 1)] = figures
            for part, rows in parts.items():
                sheet = Sheet(part, Kind.WRITING, start, start + HOUR, writer=writer)
                statistics.put(TENANT, packing.written(rows, sheet))


def measure(statistics, client, skills, days):
    filled(statistics, skills, days)
    fold(statistics, TENANT, NOW)
    write_lately(statistics, skills)
    reader, asked = Reader(statistics, TENANT, lambda: NOW), Asked(client)
    print("| what is asked | requests | bytes | units |\n|---|---:|---:|---:|")
    for period in Period:
        pages = {
            f"all skills of {period}": lambda p=period: reader.parts_of_all(p),
            f"totals of {period}": lambda p=period: reader.totals(p, frozenset()),
            f"one skill of {period}": lambda p=period: reader.of_skill("skill-number-00042", window(p, NOW)),
        }
        for what, read in pages.items():
            asked.clear()
            read()
            print(f"| {what} | {asked.requests} | {asked.bytes:,} | {asked.units:,} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skills", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=90)
    asked = parser.parse_args()
    random.seed(7)
    os.environ.update(CREDENTIALS)
    with tempfile.TemporaryDirectory() as folder, ministack_server(Path(folder)) as server:
        statistics = some_statistics(server, lambda: NOW)
        measure(statistics, statistics._client, asked.skills, asked.days)  # noqa: SLF001 what it asks is what we count


if __name__ == "__main__":
    main()
