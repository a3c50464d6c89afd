"""Holds many idle GET streams open on one server process: what they cost in memory and CPU, and how soon all hear of a change.

Each stream is a raw socket with a session of its own. Memory is what is resident after the sessions were opened and after the
streams were; CPU is that of the server while nothing happens but heartbeats; the last column is from saving a skill to the last
stream that was told.

Run: make bench NAME=streams [ARGS="--streams 1000 10000"]
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

from idle_streams import AT_ONCE, SKILL, Stream, resident
from servers import running

IDLE_SECONDS = 30.0
WARM = 500


def cpu_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def measure(pid: int, port: int, skill: Path, count: int) -> None:
    turns = asyncio.Semaphore(AT_ONCE)
    streams = [Stream(port, turns) for _ in range(count)]
    # What loads late, and what only grows once, is there before anything is counted.
    await asyncio.gather(*(stream.initialize() for stream in streams[:WARM]))
    alone = resident(pid)
    await asyncio.gather(*(stream.initialize() for stream in streams))
    sessions = resident(pid)
    started = time.perf_counter()
    await asyncio.gather(*(stream.open() for stream in streams))
    opened = time.perf_counter() - started
    held, before = resident(pid), cpu_seconds(pid)
    await asyncio.sleep(IDLE_SECONDS)
    idle = (cpu_seconds(pid) - before) / IDLE_SECONDS
    told = [asyncio.create_task(stream.told()) for stream in streams]
    saved = time.perf_counter()
    skill.write_text(SKILL.format(count))
    last = max(await asyncio.gather(*told)) - saved
    for stream in streams:
        stream.close()
    per_thousand = [(sessions - alone) / count * 1000, (held - sessions) / count * 1000]
    print(
        f"{count:>8,}{alone:>10.0f}{per_thousand[0]:>22.1f}{per_thousand[1]:>21.1f}{held:>10.0f}"
        f"{count / opened:>11,.0f}{idle:>11.1%}{last:>13.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, nargs="+", default=[1_000, 10_000])
    counts = parser.parse_args().streams
    print(
        f"{'streams':>8}{'MB alone':>10}{'MB per 1,000 sessions':>22}{'MB per 1,000 streams':>21}{'MB held':>10}"
        f"{'opened/s':>11}{'idle CPU':>11}{'all told, s':>13}"
    )
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            skill = Path(folder, "a-skill", "SKILL.md")
            skill.parent.mkdir()
            skill.write_text(SKILL.format("Begin."))
            with running("serve", ".", "--port", "0", until="/mcp on|on http", cwd=Path(folder)) as server:
                port = int(server.base_url.rpartition(":")[2])
                asyncio.run(measure(server.process.pid, port, skill, count))


if __name__ == "__main__":
    main()
