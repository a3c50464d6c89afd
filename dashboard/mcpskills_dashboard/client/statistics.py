"""How often skills are called, how long that takes and what fails, by period."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from mcpskills_dashboard.client.connection import Api, segment
from mcpskills_dashboard.client.rows import Moment, Row, read

Period = Literal["24h", "7d", "30d", "90d"]
PERIODS: Final[tuple[Period, ...]] = ("24h", "7d", "30d", "90d")


class SkillFigures(Row):
    """Of one skill in a period; durations in milliseconds, null where there were no calls."""

    skill: str
    calls: int
    errors: int
    error_rate: float | None = None
    users: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    last_called_at: Moment | None = None


class FiguresPage(Row):
    skills: tuple[SkillFigures, ...]


class Point(Row):
    """One step of a series."""

    at: Moment
    calls: int
    errors: int = 0
    users: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None


class Figures(Row):
    """All calls of a period, and the same step by step, the oldest first."""

    since: Moment
    until: Moment
    calls: int
    errors: int
    timeouts: int = 0
    users: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    series: tuple[Point, ...] = ()


class Whole(Figures):
    """Of all skills. `dropped` requests could not be counted."""

    top_skills: tuple[SkillFigures, ...] = ()
    top_failing: tuple[SkillFigures, ...] = ()
    dropped: int = 0


class VersionFigures(Row):
    """`version` is None for calls that named none that there is."""

    version: int | None
    calls: int
    errors: int = 0
    users: int = 0
    p95_ms: float | None = None
    first_called_at: Moment | None = None
    series: tuple[Point, ...] = ()


class Compared(Row):
    """Of 24 hours before or after a change."""

    calls: int
    errors: int
    error_rate: float | None = None
    p95_ms: float | None = None


class Move(Row):
    """Another version went live, or none; `before` and `after` are None where they are not kept any more."""

    at: Moment
    kind: str
    version: int | None
    was_live: int | None = None
    before: Compared | None = None
    after: Compared | None = None


class SkillStatistics(Figures):
    """All about one skill's calls in a period; versions and moves have the newest first."""

    versions: tuple[VersionFigures, ...] = ()
    publishes: tuple[Move, ...] = ()


class Unused(Row):
    skill: str
    live_version: int
    published_at: Moment


class UnusedPage(Row):
    skills: tuple[Unused, ...]
    next_cursor: str | None = None


def of_names(api: Api, names: Sequence[str], period: Period = "7d") -> Mapping[str, SkillFigures]:
    """The figures of the named skills, by name; who was never called may be missing."""
    if not names:
        return {}
    answer = api.get("/statistics/skills", period=period, names=tuple(names), limit=len(names))
    return {row.skill: row for row in read(FiguresPage, answer).skills}


def of_skill(api: Api, name: str, period: Period = "7d") -> SkillStatistics:
    return read(SkillStatistics, api.get(f"/skills/{segment(name)}/statistics", period=period))


def of_all(api: Api, period: Period = "7d") -> Whole:
    return read(Whole, api.get("/statistics", period=period))


def never_used(api: Api, period: Period, *, cursor: str | None = None, limit: int | None = None) -> UnusedPage:
    """The live skills that nobody called in a period, in the order of names."""
    return read(UnusedPage, api.get("/statistics/never-used", period=period, cursor=cursor, limit=limit))
