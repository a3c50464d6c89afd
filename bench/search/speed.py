"""How quick the search is among how many skills, what building it takes, and how much memory.

Beyond the real skills, skills are made of their sentences, so that words are as frequent as in real texts. Each size is measured
in a process of its own, on an index on disk as a replica has it.
"""

import random
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from queries import HALVES, read, real_skills

from mcpskills.adapters.search.index import SearchIndex
from mcpskills.skill import Skill

_SENTENCES, _LINES = 3, 25
_ROUNDS = 5
_EVERY = 5
"""Of the queries, one in so many is asked where much is hidden."""

HEAD = [
    "| skills | p50 ms | p99 ms | MB resident more | MB on disk | build, CPU s | build, most MB more | change of one skill, ms |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
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


HIDDEN = ["| skills | hidden from the caller | p50 ms of CPU | most |", "| --- | --- | --- | --- |"]


def row(count: int) -> str:
    """One size, in a process of its own."""
    return _apart(count)


def hidden(count: int, numbers: Sequence[int]) -> str:
    """A row for each number of skills that whoever searches does not see, in a process of its own."""
    return _apart(count, *numbers)


def _apart(*numbers: int) -> str:
    run = subprocess.run([sys.executable, __file__, *map(str, numbers)], check=True, capture_output=True, text=True)
    return run.stdout.strip()


def _hidden(count: int, numbers: Sequence[int]) -> str:
    names = [each.name for each in extended(real_skills(), count)]
    # Those at the end are made up, so that what is found stays the same. Who is in the group "50" does not see the last 50.
    restricted = {
        name: {str(number) for number in numbers if number <= place}
        for place, name in enumerate(reversed(names))
        if place < max(numbers)
    }
    index = SearchIndex.on_disk(extended(real_skills(), count), restricted)
    rows = []
    for number in numbers:
        seen = index.seen_by([str(number)]) if number else index
        times = [_milliseconds(seen, text, time.process_time) for text in _texts()[::_EVERY]]
        rows.append(f"| {count:,} | {number:,} | {statistics.median(times):.1f} | {max(times):.1f} |")
    return "\n".join(rows)


def _row(count: int) -> str:
    with ProcessPoolExecutor(1) as apart:
        files, building, most = apart.submit(_built, count).result()
    size = sum(map(len, files.values())) / 1e6
    before = _resident()
    index = SearchIndex.unpack(files)
    times = statistics.quantiles(_times(index), n=100)
    grown = _resident() - before
    began = time.perf_counter()
    index.changed(real_skills()[:1])
    change = (time.perf_counter() - began) * 1e3
    return (
        f"| {count:,} | {times[49]:.2f} | {times[98]:.2f} | {grown:.0f} | {size:.1f} | {building:.1f} | {most:.0f} "
        f"| {change:.0f} |"
    )


def _built(count: int) -> tuple[dict[str, bytes], float, float]:
    """The files of the index; the CPU seconds and at most the megabytes that it took, those for making up the skills left out."""
    real = real_skills()
    began = time.process_time()
    for _ in extended(real, count):
        pass
    making = time.process_time() - began
    before, began = _most_resident(), time.process_time()
    index = SearchIndex.on_disk(extended(real, count))
    building, most = time.process_time() - began - making, _most_resident() - before
    return index.pack(), building, most


def _times(index: SearchIndex) -> list[float]:
    """Milliseconds of each query, the quickest of some rounds: what others do on the machine is not what is measured."""
    texts = _texts()
    rounds = [[_milliseconds(index, text) for text in texts] for _ in range(_ROUNDS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def _texts() -> list[str]:
    return [query.text for half in HALVES for query in read(half)]


def _milliseconds(index: SearchIndex, text: str, clock: Callable[[], float] = time.perf_counter) -> float:
    began = clock()
    index.search(text, limit=11)
    return (clock() - began) * 1e3


def _resident() -> float:
    """Megabytes of this process, with the pages of files that it maps and has looked at."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def _most_resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    size, *some = map(int, sys.argv[1:])
    print(_hidden(size, some) if some else _row(size))
