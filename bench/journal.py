"""What the journal costs: a hot request with it and without, and what is done beside requests.

Two whole servers over one registry, as `hot.py` has them, take turns, one that records and one that does not; the figures are
the best and the middle round of CPU time of the event loop's thread. What is done beside requests is measured by itself: making
a call of what a request left behind, and a record of it, and writing it, for as many as the rate allows; all others leave
a number.

Run: make bench NAME=journal
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent / "serve"))

import corpus
import hot
import uvloop
from asks import ASKS, ERAS

from mcpskills.adapters.sqlite.journal import SqliteJournal
from mcpskills_server import app
from mcpskills_server.mcp.fast.asked import Asked, Heads
from mcpskills_server.mcp.fast.rendering import Rendering
from mcpskills_server.recording.calls import Read, Reading
from mcpskills_server.recording.invocations import invocation
from mcpskills_server.recording.policy import Policy
from mcpskills_server.recording.taken import Swift
from mcpskills_server.replica import View
from mcpskills_server.settings import ServerSettings

SKILLS: Final = 1_000
POLICIES: Final[Sequence[Policy]] = ("off", "redacted", "full")
BATCH: Final = 100


async def measure(made: corpus.Corpus, rounds: int) -> None:
    async with AsyncExitStack() as held:
        sides = []
        for journal in (False, True):
            settings = ServerSettings(data=made.data, plan="unlimited", journal=journal)
            serving = held.enter_context(app._opened(settings))  # noqa: SLF001 the one place where all of it is put together
            await held.enter_async_context(hot.running(serving.application))
            await hot.until_loaded(serving)
            sides.append(hot.product_of(serving))
        key = made.key.read_text()
        for era in ERAS:
            for ask in ASKS:
                await compare(sides, f"{era.version} {ask.name:<15}", hot.requests(ask, era, key, made.skills), rounds)
        beside(serving.replica.view)


async def compare(sides: Sequence[hot.Side], name: str, asked: Sequence[bytes], rounds: int) -> None:
    times: list[list[float]] = [[], []]
    for _ in range(rounds + 1):
        for side, kept in zip(sides, times, strict=True):
            kept.append(await side.cost(asked))
    without, recorded = (each[1:] for each in times)
    more = statistics.median(mine - theirs for theirs, mine in zip(without, recorded, strict=True))
    print(
        f"{name} without {min(without):5.1f} ({statistics.median(without):5.1f}) µs   "
        f"recorded {min(recorded):5.1f} ({statistics.median(recorded):5.1f}) µs   "
        f"more {min(recorded) - min(without):+.2f} ({more:+.2f}) µs",
        flush=True,
    )


def beside(view: View) -> None:
    """Print what it costs to deal with what calls of `load_skill` left behind."""
    left = [loaded(view, name) for name in view.snapshot.names]
    reading = Reading("default")
    took, found = timed(lambda: [reading.read(each) for each in left])
    print(f"a call of what a request left behind: {took / len(left):.1f} µs")
    rendering = Rendering()
    reads = [each._replace(result=result(rendering, each)) for each in found]
    with tempfile.TemporaryDirectory() as folder:
        for policy in POLICIES:
            took, made = timed(lambda policy=policy: [invocation(each, policy) for each in reads])
            with closing(SqliteJournal(Path(folder) / f"{policy}.sqlite")) as journal:
                batches = [made[start : start + BATCH] for start in range(0, len(made), BATCH)]
                wrote, _ = timed(lambda journal=journal, batches=batches: list(map(journal.append, batches)))
            print(
                f"a record with bodies {policy}: {took / len(left):.0f} µs to make, {wrote / len(left):.0f} µs to write"
            )


def loaded(view: View, name: str) -> Swift:
    version = ERAS[-1].version
    heads = Heads(version=version, method="tools/call", name="load_skill", session=None, agent=b"a client/1.0")
    arguments = b'{"name":"%b"}' % name.encode()
    asked = Asked(version, "tools/call", b"7", name="load_skill", uri=None, cursor=None, arguments=arguments)
    entry = view.snapshot.skills.entry(name)
    return (time.time(), 0.00002, heads, ("127.0.0.1", 50_000), "key:0f1e2d3c4b5a", asked, view, entry)


def result(rendering: Rendering, read: Read) -> bytes | None:
    *_, asked, view, _ = read.taken
    return rendering.load(asked.version, view.snapshot.skills.outline(read.call.skill))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Microseconds of CPU, and what it gave."""
    work()
    began = time.thread_time()
    given = work()
    return (time.thread_time() - began) * 1e6, given


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=hot.ROUNDS)
    options = parser.parse_args()
    made = corpus.of(SKILLS)
    subprocess.run([sys.executable, corpus.__file__, str(made.skills)], check=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(measure(made, options.rounds))


if __name__ == "__main__":
    main()
