"""One skill's figures: over time, by version, and what changed when another version went live."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from mcpskills_dashboard import actions, empty, moments, problems
from mcpskills_dashboard.client import statistics
from mcpskills_dashboard.client.statistics import Compared, Move, Period, SkillStatistics, VersionFigures
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.usage import charts, telling
from mcpskills_dashboard.usage.charts import Look, Mark
from mcpskills_dashboard.usage.period import has_hours
from mcpskills_dashboard.visitor import Visitor

_APART: Final = len(charts.VERSIONS) - 1
"""Versions that the chart tells apart; the others are one."""

_BACK: Final = frozenset({"rollback", "offline", "yanked", "revoked", "tombstone"})


def draw(visitor: Visitor, name: str, period: Period) -> None:
    with problems.part(missing=say("analytics.no_such_skill")):
        found = statistics.of_skill(visitor.api, name, period)
        if found.calls:
            telling.numbers(found)
            telling.over_time(found, period)
            _versions(found, period)
        else:
            empty.draw(say("analytics.no_calls"), say("analytics.no_calls_advice"), ":material/monitoring:")
        _moves(found.publishes)


def _versions(found: SkillStatistics, period: Period) -> None:
    st.subheader(say("analytics.by_version"), anchor=False)
    apart = found.versions[:_APART]
    rest = found.versions[_APART:]
    names = [_named(each.version) for each in apart] + ([say("analytics.other_versions")] if rest else [])
    points = [
        {"at": step.at.isoformat(), "of": names[min(place, _APART)], "value": step.calls, "place": place}
        for place, each in enumerate(found.versions)
        for step in each.series
        if step.calls
    ]
    # Every step has to be there, also those without calls.
    points += [{"at": step.at.isoformat(), "of": names[0], "value": 0, "place": 0} for step in found.series]
    said = say("analytics.versions_alt", versions=", ".join(f"{_named(v.version)}: {v.calls}" for v in apart))
    look = Look(names, charts.VERSIONS, said, has_hours(period))
    charts.bars(points, look, _marks(found.publishes, found.since))
    telling.table(
        [
            say(f"analytics.figure.{each}")
            for each in ("version", "calls", "error_rate", "p95", "users", "first_called")
        ],
        map(_version, found.versions),
    )


def _version(each: VersionFigures) -> Sequence[str]:
    return (
        _named(each.version),
        moments.number(each.calls),
        moments.share(each.errors / each.calls if each.calls else None),
        moments.took(each.p95_ms),
        moments.number(each.users),
        moments.at(each.first_called_at),
    )


def _named(version: int | None) -> str:
    return say("analytics.no_version") if version is None else f"v{version}"


def _marks(moves: Sequence[Move], since: datetime) -> list[Mark]:
    return [
        Mark(
            move.at.astimezone(UTC).isoformat(),
            f"{'▼' if move.kind in _BACK else '▲'} {_live(move)}",
            f"{moments.at(move.at)} {actions.named(move.kind)} {_live(move)}",
        )
        for move in moves
        if move.at >= since
    ]


def _live(move: Move) -> str:
    return say("analytics.nothing_live") if move.version is None else f"v{move.version}"


def _moves(moves: Sequence[Move]) -> None:
    if not moves:
        return
    st.subheader(say("analytics.moves"), anchor=False)
    st.caption(say("analytics.moves_explained"))
    telling.table(
        [say(f"analytics.move.{each}") for each in ("at", "what", "live", "calls", "error_rate", "p95")],
        map(_move, moves),
        texts=3,
    )


def _move(move: Move) -> Sequence[str]:
    before, after = move.before, move.after
    return (
        moments.at(move.at),
        f":{actions.colour(move.kind)}-badge[{plain(actions.named(move.kind))}]",
        _live(move) if move.was_live is None else f"v{move.was_live} → {_live(move)}",
        _change(*(moments.number(each.calls) if each else moments.NOTHING for each in (before, after))),
        _change(*map(_rate, (before, after))),
        _change(*(moments.took(each.p95_ms) if each else moments.NOTHING for each in (before, after))),
    )


def _rate(figures: Compared | None) -> str:
    return moments.share(figures.error_rate) if figures and figures.calls else moments.NOTHING


def _change(before: str, after: str) -> str:
    return moments.NOTHING if before == after == moments.NOTHING else f"{before} → {after}"
