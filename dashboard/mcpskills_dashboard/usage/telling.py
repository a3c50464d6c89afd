"""Figures of a period: the row of numbers, and over time as charts, each with its table."""

from collections.abc import Iterable, Sequence

import streamlit as st

from mcpskills_dashboard import moments
from mcpskills_dashboard.client.statistics import Figures, Period
from mcpskills_dashboard.client.statistics import Point as Step
from mcpskills_dashboard.language import say
from mcpskills_dashboard.usage import charts
from mcpskills_dashboard.usage.charts import Look, Point
from mcpskills_dashboard.usage.period import has_hours


def numbers(found: Figures) -> None:
    rate = found.errors / found.calls if found.calls else None
    shown = (
        ("calls", moments.number(found.calls)),
        ("error_rate", moments.share(rate)),
        ("p50", moments.took(found.p50_ms)),
        ("p95", moments.took(found.p95_ms)),
        ("p99", moments.took(found.p99_ms)),
        ("users", moments.number(found.users)),
    )
    for column, (name, value) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(say(f"analytics.figure.{name}"), value, border=True)


def over_time(found: Figures, period: Period) -> None:
    """Calls and errors, how long they took, and how many asked, step by step."""
    hours = has_hours(period)
    left, middle, right = st.columns((2, 2, 1.4))
    with left:
        st.markdown(f"**{say('analytics.calls_over_time')}**")
        good, bad = say("analytics.good"), say("analytics.figure.errors")
        counted = [
            *_points(found.series, good, [step.calls - step.errors for step in found.series], 0),
            *_points(found.series, bad, [step.errors for step in found.series], 1),
        ]
        said = say("analytics.calls_alt", calls=moments.number(found.calls), errors=moments.number(found.errors))
        charts.bars(counted, Look((good, bad), (charts.CALLS, charts.ERRORS), said, hours))
    with middle:
        st.markdown(f"**{say('analytics.latency_over_time')}**")
        took = {say(f"analytics.figure.{each}"): each for each in ("p50", "p95", "p99")}
        durations = [
            point
            for place, (name, each) in enumerate(took.items())
            for point in _points(found.series, name, [getattr(step, f"{each}_ms") for step in found.series], place)
        ]
        said = say("analytics.latency_alt", p50=moments.took(found.p50_ms), p95=moments.took(found.p95_ms))
        charts.lines(durations, Look(tuple(took), charts.PERCENTILES, said, hours))
    with right:
        st.markdown(f"**{say('analytics.users_by_hour') if hours else say('analytics.users_by_day')}**")
        users = say("analytics.figure.users")
        asked = _points(found.series, users, [step.users for step in found.series], 0)
        said = say("analytics.users_alt", users=moments.number(found.users))
        charts.bars(asked, Look((users,), (charts.USERS,), said, hours))
    with st.expander(say("analytics.as_table"), icon=":material/table:"):
        _steps(found.series, hours=hours)
    if not hours:
        st.caption(say("analytics.days_of_utc"))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> None:
    """A table that anybody can read; the first columns are texts, the others numbers."""
    lines = [f"| {' | '.join(heads)} |"]
    lines.append(f"|{' --- |' * texts}{' --: |' * (len(heads) - texts)}")
    lines += [f"| {' | '.join(row)} |" for row in rows]
    st.markdown("\n".join(lines))


def when(step: Step, *, hours: bool) -> str:
    """The hour where the reader is, or the day of UTC."""
    return moments.at(step.at) if hours else f"{step.at:%Y-%m-%d}"


def _points(series: Sequence[Step], of: str, values: Sequence[float | None], place: int) -> list[Point]:
    return [
        {"at": step.at.isoformat(), "of": of, "value": None if value is None else round(value, 2), "place": place}
        for step, value in zip(series, values, strict=True)
    ]


def _steps(series: Sequence[Step], *, hours: bool) -> None:
    figures = ("calls", "errors", "users", "p50", "p95", "p99")
    heads = [say("analytics.hour") if hours else say("analytics.day")]
    table(
        [*heads, *(say(f"analytics.figure.{name}") for name in figures)],
        (
            (
                when(step, hours=hours),
                moments.number(step.calls),
                moments.number(step.errors),
                moments.number(step.users),
                moments.took(step.p50_ms),
                moments.took(step.p95_ms),
                moments.took(step.p99_ms),
            )
            for step in reversed(series)
        ),
    )
