"""From the start of a server's process to `/ready`, by the number of skills, with a checkpoint and without.

The registry is made in SQLite and a directory, signed as a publisher does it. Every start is a process of its own; its memory is
what is resident once it is ready, its CPU time what it took until then. Objects are the packages and checkpoints that a start
reads.

Run: make bench NAME=replica_start [ARGS="--skills 100 1000 --runs 3"]
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

from builders import skill_folder
from catalog_builders import NOON, TENANT
from fakes.counting_store import CountingStore
from git_fixtures import bare
from mcpskills import package, skill
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.ports import Publication
from mcpskills.version import Origin, Version
from mcpskills_server.catalog_source import CatalogSource
from mcpskills_server.replica import Replica
from provenance_builders import signed
from registry import Registry, opened
from stand_ins.processes import free_port

WORDS_OF_BODY = 250
"""About 1.9 KB of instructions."""

LONG = 3600.0


@dataclass(frozen=True, slots=True)
class Start:
    seconds: float
    cpu_seconds: float
    megabytes: float


def folders(count: int) -> Iterator[SkillFolder]:
    """Skills with texts of their own and two more files each; the same in every run."""
    chance = random.Random(count)
    words = ["".join(chance.choices("abcdefghijklmnopqrst", k=chance.randint(3, 10))) for _ in range(5000)]
    for number in range(count):
        yield skill_folder(
            f"skill-{number:05}",
            description=" ".join(chance.choices(words, k=20)),
            body=" ".join(chance.choices(words, k=WORDS_OF_BODY)) + "\n",
            extra='license: MIT\nmetadata:\n  author: Ada\n  version: "1.0"\n  tags: a, b\n',
            files={"scripts/run.py": f"print({number})\n", "references/more.md": "More.\n"},
        )


def publish_all(registry: Registry, count: int) -> None:
    lease = registry.catalog.acquire_lease(TENANT, "bench", LONG)
    for folder in folders(count):
        built, reading = package.build(folder), skill.read(folder.entries[SKILL_FILE].content)
        version = Version(
            skill=reading.name,
            number=1,
            digest=built.digest,
            label=reading.label,
            manifest=built.manifest,
            frontmatter=reading.frontmatter,
            origin=Origin("c" * 40, folder.path, "d" * 40, "Ada <ada@example.org>", NOON),
            rewritten=False,
            published_at=NOON,
        )
        registry.store.put(built.digest, built.archive)
        registry.catalog.publish(lease, Publication(signed(version, registry.key), None))
    registry.catalog.release_lease(lease)


def start(root: Path) -> Start:
    """One start of a server on the registry below `root`."""
    port = free_port()
    settings = {
        "MCPSKILLS_DATA": str(root),
        "MCPSKILLS_PORT": str(port),
        "MCPSKILLS_ANONYMOUS": "viewer",
        "MCPSKILLS_PLAN": "unlimited",
    }
    environment = {**os.environ, **settings}
    began = time.perf_counter()
    server = subprocess.Popen([sys.executable, "-m", "mcpskills_server"], env=environment, stderr=subprocess.DEVNULL)
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as http:
            while not ready(http):
                time.sleep(0.005)
        return Start(time.perf_counter() - began, cpu_seconds(server.pid), resident(server.pid))
    finally:
        server.kill()
        server.wait()


def ready(http: httpx2.Client) -> bool:
    try:
        return http.get("/ready").status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


def cpu_seconds(process: int) -> float:
    """In user and system mode, of all threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(process: int) -> float:
    """In megabytes."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def objects(registry: Registry) -> int:
    """How many a start reads."""
    store = CountingStore(registry.store)
    source = CatalogSource(registry.catalog, store, registry.signals, TENANT, registry.verify)
    asyncio.run(Replica(source, LONG).refresh())
    return len(store.asked)


def row(what: str, registry: Registry, runs: int) -> str:
    starts = [start(registry.root) for _ in range(runs)]
    seconds = statistics.median(each.seconds for each in starts)
    cpu = statistics.median(each.cpu_seconds for each in starts)
    megabytes = statistics.median(each.megabytes for each in starts)
    return f"{what} | {seconds:.2f} | {cpu:.2f} | {megabytes:.0f} | {objects(registry):,} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skills", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print("| skills | checkpoint | seconds to ready | CPU seconds | MB resident | objects read |")
    print("| --- | --- | --- | --- | --- | --- |")
    for count in options.skills:
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as registry:
            bare(registry.root / "registry.git")
            publish_all(registry, count)
            print(row(f"| {count:,} | no", registry, options.runs), flush=True)
            registry.checkpoint()
            print(row(f"| {count:,} | yes", registry, options.runs), flush=True)


if __name__ == "__main__":
    main()
