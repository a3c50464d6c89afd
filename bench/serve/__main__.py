"""How many requests our server answers, and at what cost, beside its peers and beside a bare application that sends the same.

Peers are FastMCP with its skills provider, the SDK's own low-level server, and the bare application on the same web server.
Our server is also measured without keys, which says what telling callers apart costs.
Each is one process on one core; `wrk` asks from another one, for skills that are chosen at random out of all. Every answer is
checked before it is measured. The servers of all registries take turns, round by round, while the others are stopped, and the
table has the medians.

`--quick` takes five minutes, the default an hour, and `--full` measures every request at every number of
connections in every registry. Registries are made once and kept in `.cache/bench`.

Run: make bench NAME=serve [ARGS="--quick --json serve.json --write-readme"]
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

import corpus
import load
import machine
import report
import rounds
from corpus import Corpus
from peers import PEERS, PRODUCT, Peer
from report import Setting
from rounds import Figures, Scope
from running import Running, record, started

LIBRARIES = ("mcp", "fastmcp", "uvicorn", "uvloop")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--quick", dest="scope", action="store_const", const=rounds.QUICK, default=rounds.DEFAULT)
    much.add_argument("--full", dest="scope", action="store_const", const=rounds.FULL)
    parser.add_argument("--skills", type=int, nargs="+", help="sizes of registries, in place of those of the scope")
    parser.add_argument(
        "--only", nargs="+", default=[], help="parts of the names of servers; this server always takes part"
    )
    parser.add_argument("--json", type=Path, help="a file for all figures")
    parser.add_argument("--write-readme", action="store_true", help="put the short tables into README.md")
    options = parser.parse_args()
    load.require_wrk()
    server_core, load_core = machine.cores()
    # This process only watches; it shall not take time from the servers.
    os.sched_setaffinity(0, {load_core})
    average, began = os.getloadavg()[0], time.perf_counter()
    peers = [
        each for each in PEERS if each is PRODUCT or not options.only or any(part in each.name for part in options.only)
    ]
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as held:
        servers: list[Running] = []
        for skills in options.skills or options.scope.skills:
            for server in of_registry(skills, peers, options.scope, Path(scratch), server_core):
                held.callback(server.stop)
                servers.append(server)
                if server.peer is PRODUCT and len(peers) > 1:
                    record(server, rounds.recorded(options.scope, skills))
                server.settle()
                server.pause()
        figures = measured(servers, options.scope, load_core)
    setting = Setting(
        machine=machine.described(),
        versions=", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES),
        command=command(options),
        load_average=average,
        seconds=time.perf_counter() - began,
    )
    report.show(figures, setting)
    if options.json:
        report.write_json(options.json, figures, setting)
    if options.write_readme:
        report.write_readme(figures, setting)


def command(options: argparse.Namespace) -> str:
    """What to run to measure the same."""
    scopes = {rounds.QUICK: ["--quick"], rounds.FULL: ["--full"]}
    arguments = scopes.get(options.scope, [])
    arguments += ["--skills", *map(str, options.skills)] if options.skills else []
    arguments += ["--only", *options.only] if options.only else []
    return "make bench NAME=serve" + (f" ARGS='{' '.join(arguments)}'" if arguments else "")


def of_registry(skills: int, peers: Sequence[Peer], scope: Scope, scratch: Path, core: int) -> Iterator[Running]:
    """Start all servers that can serve so many skills, the peers after what ours answers is recorded for them."""
    chosen = [each for each in peers if skills <= (each.most_in_full if scope.full else each.most)]
    made = make(skills, tree=any(each.needs_tree for each in chosen))
    for peer in chosen:
        server = started(peer, made, scratch, core=core, times=scope.starts)
        say(f"{skills:,} skills: {peer.name} answers after {server.start.first_answer:.1f} s")
        yield server


def measured(servers: Sequence[Running], scope: Scope, core: int) -> list[Figures]:
    """In the order of registries."""
    figures: list[Figures] = []
    for cell in rounds.cells(scope):
        taking = [each for each in servers if rounds.takes_part(each, cell, scope)]
        say(f"{cell.ask.name}, {cell.era.version}, {cell.connections} connections: {len(taking)} servers")
        figures += rounds.measure(cell, taking, scope, core)
    return sorted(figures, key=lambda each: each.skills)


def make(skills: int, *, tree: bool) -> Corpus:
    """The corpus, made by a process of its own if it is not there."""
    say(f"{skills:,} skills: looking for the registry, making it if need be")
    subprocess.run([sys.executable, corpus.__file__, str(skills), *(["--tree"] if tree else [])], check=True)
    return corpus.of(skills)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
