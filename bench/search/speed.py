"""How quick the search is among how many skills, what building it takes, and how much memory.

Beyond the real skills, skills are made of their sentences, so that words are as frequent as in real texts. Each size is measured
in a process of its own, on an index on disk as a replica has it.
"""

import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from queries import HALVES, read, real_skills

from mcpskills.adapters.search.index import SearchIndex
from mcpskills.skill import Skill

_SENTENCES, _LINES = 3, 25
_ROUNDS = 5

HEAD = [
    "| skills | p50 ms | p99 ms | build, CPU s | change of one skill, ms | index MB on disk | MB resident more |",
    "| --- | --- | --- | --- | --- | --- | --- |",
]


def extended(real: Sequence[Skill], count: int) -> Iterator[Skill]:
    """The real skills, and made ones up to the count; the same in every run. About 1.9 KB of instructions each."""
    yield from real[:count]
    chance = random.Random(count)
    sentences = [s for each in real for s in re.split(r"(?<=[.!?。])\s+|\n", each.description) if len(s) > 20]
    lines = [line for each in real for line in each.body.splitlines() if len(line) > 20]
    parts = sorted({part for each in real for part in each.name.split("-")})
    for number in range(count - len(real)):
        yield replace(
            real[0],
            name=f"{chance.choice(parts)}-{chance.choice(parts)}-{number}",
            description=" ".join(chance.choices(sentences, k=_SENTENCES)),
            body="\n".join(chance.choices(lines, k=_LINES)),
        )


def row(count: int) -> str:
    """One size, in a process of its own."""
    run = subprocess.run([sys.executable, __file__, str(count)], check=True, capture_output=True, text=True)
    return run.stdout.strip()


def _row(count: int) -> str:
    real = real_skills()
    built, building = _built(real, count)
    before = _resident()
    index = SearchIndex.unpack(built)
    times = _times(index)
    grown = _resident() - before
    changed, began = real[0], time.perf_counter()
    index.changed([changed])
    change = time.perf_counter() - began
    size = sum(map(len, built.values())) / 1e6
    percentile = statistics.quantiles(times, n=100)
    return (
        f"| {count:,} | {percentile[49]:.2f} | {percentile[98]:.2f} | {building:.1f} | {change * 1e3:.0f} | {size:.1f} "
        f"| {grown:.0f} |"
    )


def _built(real: Sequence[Skill], count: int) -> tuple[dict[str, bytes], float]:
    """The files of the index, and the CPU seconds that it took, those for making up the skills left out."""
    began = time.process_time()
    for _ in extended(real, count):
        pass
    making = time.process_time() - began
    began = time.process_time()
    files = SearchIndex.on_disk(extended(real, count)).pack()
    return files, time.process_time() - began - making


def _times(index: SearchIndex) -> list[float]:
    """Milliseconds of each query, the quickest of some rounds: what others do on the machine is not what is measured."""
    texts = [query.text for half in HALVES for query in read(half)]
    rounds = [[_milliseconds(index, text) for text in texts] for _ in range(_ROUNDS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def _milliseconds(index: SearchIndex, text: str) -> float:
    began = time.perf_counter()
    index.search(text, limit=11)
    return (time.perf_counter() - began) * 1e3


def _resident() -> float:
    """Megabytes of this process, without the pages of files that it only maps."""
    found = re.search(r"^RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    print(_row(int(sys.argv[1])))
