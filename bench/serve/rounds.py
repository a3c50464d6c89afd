"""What is measured with which registry, and the measuring: round by round, one server after the other, then the medians."""

import math
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import load
import machine
from asks import ASKS, ERAS, LOAD_SKILL, Ask, Era
from load import Load, Served
from peers import BARE, PRODUCT
from running import Running

USUAL: Final = 16
"""Connections at which everything is measured."""

_SLOW: Final = 0.02
"""Seconds for one answer from which a server is measured only once, and so long that all connections had three answers."""

_LONGEST: Final = 6

_QUIET, _TRIES = 0.1, 4
"""A round during which other processes used more cores than this is taken anew, so many times at most in all."""


@dataclass(frozen=True)
class Scope:
    """How much is measured. With `wide` registries all servers have all requests, else only ours, and most of them the bare one.

    Shorter rounds would tell too much of what our server does beside requests, since it does that every five seconds.
    """

    skills: tuple[int, ...]
    wide: frozenset[int]
    connections: tuple[int, ...]
    starts: int
    rounds: int
    seconds: int
    full: bool = False


QUICK: Final = Scope((100, 1_000), frozenset({1_000}), (USUAL,), starts=1, rounds=1, seconds=1)
DEFAULT: Final = Scope((100, 1_000, 10_000, 100_000), frozenset({1_000}), (1, USUAL, 64), starts=3, rounds=5, seconds=5)
FULL: Final = Scope(
    DEFAULT.skills, frozenset(DEFAULT.skills), DEFAULT.connections, starts=3, rounds=5, seconds=5, full=True
)


@dataclass(frozen=True)
class Cell:
    ask: Ask
    era: Era
    connections: int


@dataclass(frozen=True)
class Round:
    """What one round came to. Those at the same place in `Figures` of one request were measured one after the other."""

    per_second: float
    cpu_us: float


@dataclass(frozen=True)
class Figures:
    """A row of the table. Medians; `mb` after the load, `mb_at_start` when ready; `others` is cores that others used.

    `answered` and `failed` count requests of all rounds. Where none was answered, the times are as if one had been.
    """

    skills: int
    request: str
    era: str
    connections: int
    server: str
    per_second: float
    p50: float
    p99: float
    cpu_us: float
    mb: float
    mb_at_start: float
    ready: float
    first_answer: float
    answer_bytes: int
    others: float
    answered: int
    failed: int
    rounds: tuple[Round, ...]

    def row(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Taken:
    """What one load came to."""

    served: Served
    cpu_seconds: float
    mb: float
    others: float

    @property
    def round(self) -> Round:
        requests = max(1, self.served.requests)
        return Round(requests / self.served.seconds, self.cpu_seconds / requests * 1e6)


def cells(scope: Scope) -> Iterator[Cell]:
    for ask in ASKS:
        for era in ERAS:
            for connections in scope.connections if scope.full or ask is LOAD_SKILL else (USUAL,):
                yield Cell(ask, era, connections)


def shared(scope: Scope, skills: int) -> tuple[Ask, ...]:
    """What other servers than ours are asked."""
    return ASKS if skills in scope.wide else (LOAD_SKILL,)


def recorded(scope: Scope, skills: int) -> tuple[Ask, ...]:
    """What the bare application is asked: everywhere what is answered of one skill, since that tells what far memory costs."""
    return ASKS if skills in scope.wide else tuple(ask for ask in ASKS if ask.of_one_skill)


def takes_part(server: Running, cell: Cell, scope: Scope) -> bool:
    peer, skills = server.peer, server.place.corpus.skills
    if cell.connections != USUAL and (peer.no_key or not (scope.full or skills in scope.wide)):
        return False
    asked = recorded(scope, skills) if peer is BARE else shared(scope, skills)
    return peer.answers(cell.ask, cell.era) and (peer is PRODUCT or cell.ask in asked)


def measure(cell: Cell, servers: Sequence[Running], scope: Scope, core: int) -> list[Figures]:
    """Every server's answer is checked once, then all are measured in turn, in another order each time."""
    checked = {each: check(cell, each) for each in servers}
    taken: dict[Running, list[Taken]] = {each: [] for each in servers}
    for number in range(scope.rounds):
        first = number % max(1, len(servers))
        for server in (*servers[first:], *servers[:first]):
            _, patience = checked[server]
            if number == 0 or patience < _SLOW:
                taken[server].append(_undisturbed(cell, server, _seconds(cell, scope, patience), core))
    return [figures(cell, each, taken[each], checked[each][0]) for each in servers]


def check(cell: Cell, server: Running) -> tuple[int, float]:
    """Ask for skills from the first to the last; gives the bytes of an answer, and the seconds that one takes.

    Raises `SystemExit` when one is wrong.
    """
    skills = server.place.corpus.skills
    took = []
    for number in (0, skills // 2, skills - 1):
        with server.going_on():
            began = time.perf_counter()
            answer = server.ask(cell.ask, cell.era, number)
            took.append(time.perf_counter() - began)
        if fault := answer.fault(cell.ask, number):
            raise SystemExit(
                f"error: {server.peer.name} answers {cell.ask.name} in {cell.era.version} wrongly: {fault}"
            )
    return len(answer.body), min(took)


def _undisturbed(cell: Cell, server: Running, seconds: int, core: int) -> Taken:
    tries: list[Taken] = []
    while len(tries) < _TRIES and (not tries or tries[-1].others > _QUIET):
        tries.append(take(cell, server, seconds, core))
    return min(tries, key=lambda each: each.others)


def take(cell: Cell, server: Running, seconds: int, core: int) -> Taken:
    raw = cell.ask.raw(cell.era, server.door)
    with server.going_on():
        return _taken(server, Load(server.place.port, raw, server.place.corpus.skills, cell.connections), seconds, core)


def _taken(server: Running, put: Load, seconds: int, core: int) -> Taken:
    before, all_before, own_before = machine.cpu_seconds(server.pid), machine.busy_seconds(), machine.own_seconds()
    began = time.perf_counter()
    served = load.put(put, seconds, core)
    used = machine.cpu_seconds(server.pid) - before
    others = machine.busy_seconds() - all_before - (machine.own_seconds() - own_before) - used
    wall = time.perf_counter() - began
    server.settle()
    return Taken(served, used, machine.resident(server.pid), max(0.0, others / wall))


def figures(cell: Cell, server: Running, taken: Sequence[Taken], answer_bytes: int) -> Figures:
    def median(values: Iterable[float]) -> float:
        return round(statistics.median(values), 3)

    rounds = tuple(each.round for each in taken)
    return Figures(
        skills=server.place.corpus.skills,
        request=cell.ask.name,
        era=cell.era.version,
        connections=cell.connections,
        server=server.peer.name,
        per_second=median(each.per_second for each in rounds),
        p50=median(each.served.p50 for each in taken),
        p99=median(each.served.p99 for each in taken),
        cpu_us=median(each.cpu_us for each in rounds),
        mb=median(each.mb for each in taken),
        mb_at_start=round(server.start.mb, 1),
        ready=round(server.start.ready, 3),
        first_answer=round(server.start.first_answer, 3),
        answer_bytes=answer_bytes,
        others=median(each.others for each in taken),
        answered=sum(each.served.requests for each in taken),
        failed=sum(each.served.failed for each in taken),
        rounds=rounds,
    )


def _seconds(cell: Cell, scope: Scope, patience: float) -> int:
    if patience < _SLOW:
        return scope.seconds
    return max(scope.seconds, min(_LONGEST, math.ceil(3 * cell.connections * patience)))
