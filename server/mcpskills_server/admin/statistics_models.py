"""What the admin API says of how skills are used."""

from datetime import datetime
from typing import Any, Final

from pydantic import ConfigDict

from mcpskills.statistics.periods import Period
from mcpskills_server.admin.model import Model

_FIGURES: Final[dict[str, Any]] = {
    "calls": 128,
    "errors": 3,
    "timeouts": 1,
    "error_rate": 0.0234,
    "users": 12,
    "p50_ms": 4.1,
    "p95_ms": 18.6,
    "p99_ms": 42.0,
}
_SLOT: Final[dict[str, Any]] = {
    "at": "2026-11-20T00:00:00Z",
    "calls": 128,
    "errors": 3,
    "users": 12,
    "p50_ms": 4.1,
    "p95_ms": 18.6,
    "p99_ms": 42.0,
}
_TOP: Final[dict[str, Any]] = {
    "skill": "pdf-forms",
    "calls": 128,
    "errors": 3,
    "error_rate": 0.0234,
    "users": 12,
    "p95_ms": 18.6,
}
_PERIOD: Final[dict[str, Any]] = {
    "period": "7d",
    "since": "2026-11-14T00:00:00Z",
    "until": "2026-11-20T09:30:00Z",
}
_ROW: Final[dict[str, Any]] = {"skill": "pdf-forms", **_FIGURES, "last_called_at": "2026-11-20T09:29:12Z"}


class Slot(Model):
    """An hour or a day from `at` on; percentiles are null without calls."""

    at: datetime
    calls: int
    errors: int
    users: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class Compared(Model):
    """The figures of some calls, to hold them against others."""

    calls: int
    errors: int
    error_rate: float
    p95_ms: float | None


class TopSkill(Compared):
    skill: str
    users: int


class PeriodFigures(Model):
    """`errors` are all calls that did not end in success, `timeouts` those of them that took too long."""

    period: Period
    since: datetime
    until: datetime
    calls: int
    errors: int
    timeouts: int
    error_rate: float
    users: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    series: tuple[Slot, ...]


class StatisticsView(PeriodFigures):
    """`series` has hours for 24 hours, else days, the oldest first. `dropped` requests could not be counted."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "example": {
                **_PERIOD,
                **_FIGURES,
                "series": [_SLOT],
                "top_skills": [_TOP],
                "top_failing": [_TOP],
                "dropped": 0,
            }
        },
    )

    top_skills: tuple[TopSkill, ...]
    top_failing: tuple[TopSkill, ...]
    dropped: int


class SkillRow(Model):
    """The figures of a skill in a period; `last_called_at` is the last call within it."""

    skill: str
    calls: int
    errors: int
    timeouts: int
    error_rate: float
    users: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    last_called_at: datetime | None


class SkillRowPage(Model):
    """`total` counts all rows of all pages; `next_cursor` is null at the end."""

    model_config = ConfigDict(
        frozen=True, json_schema_extra={"example": {**_PERIOD, "skills": [_ROW], "total": 1, "next_cursor": None}}
    )

    period: Period
    since: datetime
    until: datetime
    skills: tuple[SkillRow, ...]
    total: int
    next_cursor: str | None


class VersionSlot(Model):
    at: datetime
    calls: int


class VersionFigures(Model):
    """`version` is null for calls that named none that there is. `first_called_at` is the first call within the period."""

    version: int | None
    calls: int
    errors: int
    error_rate: float
    users: int
    p95_ms: float | None
    first_called_at: datetime | None
    series: tuple[VersionSlot, ...]


class PublishView(Model):
    """A version that went live by an action of the audit trail, such as `publish`, `rollback` or `promotion`; null when none did.

    `before` and `after` are the 24 hours around it, null where they are not kept any more.
    """

    at: datetime
    kind: str
    version: int | None
    was_live: int | None
    before: Compared | None
    after: Compared | None


_COMPARED: Final[dict[str, Any]] = {"calls": 60, "errors": 1, "error_rate": 0.0167, "p95_ms": 18.6}


class SkillStatisticsView(PeriodFigures):
    """`versions` and `publishes` have the newest first."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "example": {
                "skill": "pdf-forms",
                **_PERIOD,
                **_FIGURES,
                "series": [_SLOT],
                "versions": [
                    {
                        "version": 2,
                        "calls": 128,
                        "errors": 3,
                        "error_rate": 0.0234,
                        "users": 12,
                        "p95_ms": 18.6,
                        "first_called_at": "2026-11-20T08:02:44Z",
                        "series": [{"at": "2026-11-20T00:00:00Z", "calls": 128}],
                    }
                ],
                "publishes": [
                    {
                        "at": "2026-11-20T08:01:00Z",
                        "kind": "publish",
                        "version": 2,
                        "was_live": 1,
                        "before": _COMPARED,
                        "after": _COMPARED,
                    }
                ],
            }
        },
    )

    skill: str
    versions: tuple[VersionFigures, ...]
    publishes: tuple[PublishView, ...]


class NeverUsed(Model):
    skill: str
    live_version: int
    published_at: datetime


class NeverUsedPage(Model):
    """In the order of names. `next_cursor` is null at the end."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "example": {
                **_PERIOD,
                "skills": [{"skill": "letters", "live_version": 1, "published_at": "2026-11-02T16:00:01Z"}],
                "next_cursor": None,
            }
        },
    )

    period: Period
    since: datetime
    until: datetime
    skills: tuple[NeverUsed, ...]
    next_cursor: str | None
