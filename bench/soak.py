"""Publishes to a fleet and reads from it in a loop, and prints how much memory each process has: does it grow?

Every second a skill is pushed; as many readers as there are servers read and search all the time. A row a minute shows the
resident memory in MB; the slope is that of a straight line through what was measured after the first fifth, when caches are warm.

Run: make bench NAME=soak [ARGS="--minutes 10"]
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mcp import Client

from builders import skill_folder
from fleet_member import Member
from fleet_scene import Fleet, fleet
from stand_ins.aws_server import CREDENTIALS
from stand_ins.ministack import ministack_server
from stand_ins.valkey import valkey_server

SKILLS = 50
PUSH_EVERY = 1.0
READ_EVERY = 0.02
SAMPLE_EVERY = 10.0
MB = 1024 * 1024


def resident(member: Member) -> float:
    """Megabytes of a process's memory that are in RAM."""
    pages = int(Path(f"/proc/{member.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


class Soak:
    def __init__(self, ships: Fleet, minutes: float) -> None:
        self._ships = ships
        self._seconds = minutes * 60
        self._started = time.monotonic()
        self._pushes = self._reads = 0
        self.samples: dict[str, list[tuple[float, float]]] = {member.data.name: [] for member in ships.members}

    async def run(self) -> None:
        """Ends by itself when the minutes are over; a read that fails ends everything with its error."""
        print(f"{'minute':>6}{'pushes':>8}{'reads':>9}" + "".join(f"{name:>13}" for name in self.samples), flush=True)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._push())
            tasks.create_task(self._watch())
            for server in self._ships.servers:
                tasks.create_task(self._read(server))

    async def _push(self) -> None:
        for _ in self._rounds():
            body = f"Push {self._pushes}.\n" * 50
            folder = skill_folder(f"skill-{self._pushes % SKILLS:02}", body=body, files={"data.txt": body})
            await asyncio.to_thread(self._ships.push, folder)
            self._pushes += 1
            await asyncio.sleep(PUSH_EVERY)

    async def _read(self, server: Member) -> None:
        async with Client(server.url + "/mcp", cache=None) as client:
            for number in self._rounds():
                name = f"skill-{number % SKILLS:02}"
                await client.read_resource(f"skill://{name}/SKILL.md")
                await client.read_resource(f"skill://v1/{name}/SKILL.md")
                await client.call_tool("search_skills", {"query": "fill in a form"})
                self._reads += 3
                await asyncio.sleep(READ_EVERY)

    async def _watch(self) -> None:
        rows = 0
        for _ in self._rounds():
            for member in self._ships.members:
                self.samples[member.data.name].append((self._passed / 60, resident(member)))
            if self._passed >= rows * 60:
                self._show(rows)
                rows += 1
            await asyncio.sleep(SAMPLE_EVERY)
        self._show(round(self._passed / 60))

    def _show(self, minute: int) -> None:
        figures = "".join(f"{sampled[-1][1]:13.1f}" for sampled in self.samples.values())
        print(f"{minute:6}{self._pushes:8}{self._reads:9}{figures}", flush=True)

    def _rounds(self) -> Iterator[int]:
        number = 0
        while self._passed < self._seconds:
            yield number
            number += 1

    @property
    def _passed(self) -> float:
        return time.monotonic() - self._started


def slope(samples: list[tuple[float, float]]) -> float:
    """MB a minute, after the first fifth."""
    warm = samples[len(samples) // 5 :]
    return statistics.linear_regression(*zip(*warm, strict=True)).slope


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    minutes = parser.parse_args().minutes
    os.environ.update(CREDENTIALS)
    with contextlib.ExitStack() as held:
        root = Path(held.enter_context(tempfile.TemporaryDirectory()))
        aws = held.enter_context(ministack_server(root))
        valkey = held.enter_context(valkey_server())
        ships = held.enter_context(fleet(root, aws, valkey.url))
        ships.push(*(skill_folder(f"skill-{number:02}") for number in range(SKILLS)))
        ships.start()
        ships.settle()
        soak = Soak(ships, minutes)
        asyncio.run(soak.run())
        ships.settle()
    print("MB a minute" + " " * 12 + "".join(f"{slope(sampled):13.2f}" for sampled in soak.samples.values()))


if __name__ == "__main__":
    main()
