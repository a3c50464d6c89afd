"""What our server is meant to reach, one row of `GOALS` each, held against what was measured."""

import statistics
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Final

from asks import ASKS, ERAS, HANDSHAKE, LOAD_SKILL, PRESENT
from peers import BARE, DEFAULT, EXPERIMENTAL, OPEN, PRODUCT, SDK
from rounds import USUAL, Figures

AMONG: Final = 1_000
"""Skills of the registry with which our server is held against others."""


@dataclass(frozen=True)
class Reached:
    """The worst value that was measured, the request that it is of, and whether it is good enough."""

    value: str
    where: str
    good: bool


Reach = Callable[[Sequence[Figures]], Reached | None]


@dataclass(frozen=True)
class Goal:
    """`reached` gives None where nothing was measured that says it."""

    said: str
    reached: Reach


_READS: Final = {ask.name for ask in ASKS if ask.method != "tools/list"}
"""What gives skills to clients: the requests that peers are held against."""


def hot(figures: Sequence[Figures], server: str, skills: int = AMONG) -> list[Figures]:
    """Of one server with so many skills, at the usual number of connections."""
    return [each for each in figures if (each.server, each.skills, each.connections) == (server, skills, USUAL)]


def _times(peer: str, least: float, *eras: str, of: Container[str] = _READS) -> Reach:
    """How many times as many requests as the peer answers; and by processor time, which a busy machine changes less."""

    def reached(figures: Sequence[Figures]) -> Reached | None:
        theirs = {(each.request, each.era): each for each in hot(figures, peer)}
        pairs = [
            (each, theirs[each.request, each.era])
            for each in hot(figures, PRODUCT.name)
            if each.request in of and each.era in eras and (each.request, each.era) in theirs
        ]
        if not pairs:
            return None
        ours, other = min(pairs, key=lambda pair: pair[0].per_second / pair[1].per_second)
        times, by_cpu = ours.per_second / other.per_second, other.cpu_us / ours.cpu_us
        return Reached(f"{_short(times)} x ({_short(by_cpu)} x by CPU)", f"{ours.request}, {ours.era}", times >= least)

    return reached


def _keys_cost(figures: Sequence[Figures]) -> Reached | None:
    """How much more processor time requests take that say who calls: the median, as single ones tell of noise as well."""
    theirs = {(each.request, each.era): each.cpu_us for each in hot(figures, OPEN.name)}
    more = [
        (each.cpu_us / theirs[each.request, each.era] - 1, f"{each.request}, {each.era}")
        for each in hot(figures, PRODUCT.name)
        if (each.request, each.era) in theirs
    ]
    if not more:
        return None
    usual, (most, where) = statistics.median(cost for cost, _ in more), max(more)
    return Reached(f"{usual:+.1%} CPU (median)", f"{where}: {most:+.1%}", usual < 0.1)


def _short(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def _at_most(what: Callable[[Figures], float], most: float, unit: str) -> Reach:
    def reached(figures: Sequence[Figures]) -> Reached | None:
        ours = hot(figures, PRODUCT.name)
        if not ours:
            return None
        worst = max(ours, key=what)
        return Reached(f"{what(worst):.1f} {unit}", f"{worst.request}, {worst.era}", what(worst) <= most)

    return reached


@dataclass(frozen=True)
class _Change:
    """How much more there is than with the smallest registry: of requests in a second, as a part of that, and of µs for one.

    The medians of what each round has to say: a minute in which the machine is slower is one for both registries.
    """

    of: Figures
    requests: float
    cpu_us: float

    @classmethod
    def between(cls, small: Figures, large: Figures) -> "_Change":
        pairs = list(zip(small.rounds, large.rounds, strict=False))
        return cls(
            large,
            statistics.median(more.per_second / less.per_second - 1 for less, more in pairs),
            statistics.median(more.cpu_us - less.cpu_us for less, more in pairs),
        )


def _flat(figures: Sequence[Figures]) -> Reached | None:
    """How far requests in a second are from what they are with the smallest registry: the request that is furthest decides.

    The median of the size that is furthest is shown, as single ones tell of noise as well. So is that of the bare application,
    which looks into a table and sends: so many µs is what memory costs that is far away.
    """
    ours = _changes(figures, PRODUCT.name)
    if not ours:
        return None
    skills = max(
        {each.of.skills for each in ours}, key=lambda size: abs(_median(ours, size, lambda each: each.requests))
    )
    said = f"median {_at(ours, skills)} among {skills:,}"
    bare = _changes(figures, BARE.name)
    if requests := dict.fromkeys(each.of.request for each in bare if each.of.skills == skills):
        said += f"; bare application ({', '.join(requests)}) {_at(bare, skills)}"
    worst = max(ours, key=lambda change: abs(change.requests))
    where = f"{worst.of.request}, {worst.of.era}, {worst.of.skills:,} skills: {worst.requests:+.0%}"
    return Reached(said, where, abs(worst.requests) <= 0.2)


def _at(changes: Sequence[_Change], skills: int) -> str:
    """The medians of a size in words."""
    requests, cpu_us = (
        _median(changes, skills, what) for what in (lambda each: each.requests, lambda each: each.cpu_us)
    )
    return f"{requests:+.0%} (CPU {cpu_us:+.1f} µs)"


def _median(changes: Sequence[_Change], skills: int, what: Callable[[_Change], float]) -> float:
    return statistics.median(what(each) for each in changes if each.of.skills == skills)


def _changes(figures: Sequence[Figures], server: str) -> list[_Change]:
    """Of every request that one server was asked with the smallest registry and with a larger one."""
    sizes = sorted({each.skills for each in figures if each.server == server})
    if not sizes:
        return []
    base = {(each.request, each.era): each for each in hot(figures, server, sizes[0])}
    return [
        _Change.between(small, each)
        for size in sizes[1:]
        for each in hot(figures, server, size)
        if (small := base.get((each.request, each.era)))
    ]


def _among_10_000(what: Callable[[Figures], float], most: float, unit: str) -> Reach:
    def reached(figures: Sequence[Figures]) -> Reached | None:
        ours = [what(each) for each in hot(figures, PRODUCT.name, 10_000)]
        return Reached(f"{max(ours):.2f} {unit}", "from a checkpoint", max(ours) < most) if ours else None

    return reached


_ALL: Final = {ask.name for ask in ASKS}
_BOTH: Final = tuple(era.version for era in ERAS)
GOALS: Final = (
    Goal("≥ 0.8 of the requests that a bare application answers", _times(BARE.name, 0.8, *_BOTH, of=_ALL)),
    Goal("≤ 100 µs of processor time for a request", _at_most(lambda each: each.cpu_us, 100, "µs")),
    Goal(f"≥ 5 x the SDK's server in {PRESENT.version}", _times(SDK.name, 5, PRESENT.version)),
    Goal(f"≥ 10 x the SDK's server in {HANDSHAKE.version}", _times(SDK.name, 10, HANDSHAKE.version)),
    Goal("≥ 20 x FastMCP with experimental_skills", _times(EXPERIMENTAL.name, 20, *_BOTH)),
    Goal("≥ 100 x FastMCP's default provider among 1,000 skills", _times(DEFAULT.name, 100, *_BOTH)),
    Goal("< 10 % for telling who calls by an API key", _keys_cost),
    Goal("p99 ≤ 5 ms at 16 connections", _at_most(lambda each: each.p99, 5, "ms")),
    Goal("flat (± 20 %) from the smallest to the largest registry", _flat),
    Goal("ready among 10,000 skills in < 1 s", _among_10_000(lambda each: each.ready, 1, "s")),
    Goal("10,000 skills in < 200 MB, after the load", _among_10_000(lambda each: each.mb, 200, "MB")),
)


def headline(figures: Sequence[Figures]) -> list[Figures]:
    """What the README shows: `load_skill` at the usual number of connections."""
    return [each for each in figures if each.request == LOAD_SKILL.name and each.connections == USUAL]
