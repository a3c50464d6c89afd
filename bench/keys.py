"""What it costs to tell who calls: requests with an API key that is known, beside the same without, at one and the same server.

The server lets callers without a key read (`MCPSKILLS_ANONYMOUS=viewer`), counts for its metrics, and holds nobody to a limit.
So two requests differ in the header with the key and in what becomes of it, and nothing else: the same process answers both.
They take turns in short rounds, and a figure is the median over pairs of rounds, as other work on the machine disturbs both of
a pair alike. Requests go through the whole server without sockets (`hot.py` says how), and over sockets from `wrk`.

Run: make bench NAME=keys [ARGS="--rounds 60 --skills 1000"]
"""

import argparse
import asyncio
import contextlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent / "serve"))

import corpus
import hot
import load
import machine
import uvloop
from asks import ASKS, ERAS, Ask, Door, Era
from load import Load
from peers import OPEN
from running import Running

from mcpskills import answer_headers
from mcpskills.access import Role
from mcpskills.connection import Limits
from mcpskills_server import app, unreadable
from mcpskills_server.settings import ServerSettings

ROUNDS: Final = 40
OF_ROUND: Final = 500
CONNECTIONS: Final = 16
GOAL: Final = 0.10


@dataclass(frozen=True)
class Cost:
    """Microseconds of CPU a request, by round."""

    ask: Ask
    era: Era
    with_key: Sequence[float]
    without: Sequence[float]

    @property
    def more(self) -> float:
        """How much more a request with a key takes, as a part of one without."""
        return statistics.median(a / b - 1 for a, b in zip(self.with_key, self.without, strict=True))


async def without_sockets(made: corpus.Corpus, rounds: int) -> list[Cost]:
    settings = ServerSettings(data=made.data, plan="unlimited", anonymous=Role.VIEWER)
    with app._opened(settings) as serving:  # noqa: SLF001 the one place where all of it is put together
        async with hot.running(serving.application):
            await hot.until_loaded(serving)
            return [cost async for cost in _in_process(serving, made, rounds)]


async def _in_process(serving: Any, made: corpus.Corpus, rounds: int) -> Any:
    protocol, headers = Limits(refusal=unreadable.refusal).protocol(), answer_headers.of_every_answer(0)
    side = hot.Side(serving.application, protocol, headers)
    for era in ERAS:
        for ask in ASKS:
            keyed, plain = (hot.requests(ask, era, key, made.skills)[:OF_ROUND] for key in (made.key.read_text(), None))
            for requests in (keyed, plain, keyed, plain):
                await side.cost(requests)
            taken: tuple[list[float], list[float]] = ([], [])
            for number in range(rounds):
                for which in (0, 1) if number % 2 else (1, 0):
                    taken[which].append(await side.cost((keyed, plain)[which]))
            yield Cost(ask, era, *taken)


def over_sockets(made: corpus.Corpus, rounds: int) -> Iterator[Cost]:
    server_core, load_core = machine.cores()
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as held:
        server = Running(OPEN, made, Path(scratch), server_core)
        held.callback(server.stop)
        keys = made.key.read_text(), None
        for era in ERAS:
            for ask in ASKS:
                raw = [ask.raw(era, Door(server.place.port, key)) for key in keys]
                taken: tuple[list[float], list[float]] = ([], [])
                for number in range(-1, rounds):
                    for which in (0, 1) if number % 2 else (1, 0):
                        cost = _under_load(
                            server, Load(server.place.port, raw[which], made.skills, CONNECTIONS), load_core
                        )
                        if number >= 0:
                            taken[which].append(cost)
                yield Cost(ask, era, *taken)


def _under_load(server: Running, asked: Load, core: int) -> float:
    before = machine.loop_seconds(server.pid)
    served = load.put(asked, 1, core)
    if served.failed:
        raise SystemExit(f"error: {served.failed} of {served.requests} requests failed")
    return (machine.loop_seconds(server.pid) - before) / served.requests * 1e6


def show(what: str, costs: Sequence[Cost]) -> None:
    for each in costs:
        without, with_key = statistics.median(each.without), statistics.median(each.with_key)
        print(
            f"{what}: {each.ask.name:<15} {each.era.version}  {without:6.2f} µs -> {with_key:6.2f} µs  {each.more:+.1%}"
        )
    usual = statistics.median(each.more for each in costs)
    print(f"{what}: {usual:+.1%} (median), goal < {GOAL:.0%}: {'reached' if usual < GOAL else 'missed'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skills", type=int, default=1_000)
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="pairs without sockets, and a tenth as many over sockets"
    )
    options = parser.parse_args()
    made = corpus.of(options.skills)
    subprocess.run([sys.executable, corpus.__file__, str(made.skills)], check=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        show("without sockets", runner.run(without_sockets(made, options.rounds)))
    if options.rounds >= 10:
        load.require_wrk()
        show("over sockets", list(over_sockets(made, options.rounds // 10)))


if __name__ == "__main__":
    main()
