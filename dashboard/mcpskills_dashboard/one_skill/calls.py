"""How often a skill is called, how that went, and which version it was."""

import streamlit as st

from mcpskills_dashboard import empty, moments, navigation, problems
from mcpskills_dashboard.client import statistics
from mcpskills_dashboard.client.skills import SkillDetail
from mcpskills_dashboard.client.statistics import PERIODS, SkillStatistics
from mcpskills_dashboard.language import say
from mcpskills_dashboard.visitor import Visitor


def draw(visitor: Visitor, detail: SkillDetail) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        period = st.segmented_control(
            say("skill.period"),
            PERIODS,
            default="7d",
            required=True,
            format_func=lambda each: say(f"skill.periods.{each}"),
            key="calls_period",
            label_visibility="collapsed",
        )
        if navigation.has("logs") and visitor.may("logs:read"):
            navigation.link("logs", say("skill.to_logs"), icon=":material/receipt_long:", skill=detail.name)
    with problems.part(missing=say("skill.no_statistics")):
        found = statistics.of_skill(visitor.api, detail.name, period)
        if not found.calls:
            empty.draw(say("skill.no_calls"), say("skill.no_calls_advice"), ":material/monitoring:")
            return
        _figures(found)
        _series(found)
        _versions(found)


def _figures(found: SkillStatistics) -> None:
    rate = found.errors / found.calls
    figures = (
        ("calls", moments.number(found.calls)),
        ("error_rate", moments.share(rate)),
        ("p50", moments.took(found.p50_ms)),
        ("p95", moments.took(found.p95_ms)),
        ("users", moments.number(found.users)),
    )
    for column, (name, value) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(say(f"skill.figure.{name}"), value, border=True)


def _series(found: SkillStatistics) -> None:
    if not found.series:
        return
    at = [point.at.astimezone(moments.zone()) for point in found.series]
    calls, errors = say("skill.figure.calls"), say("skill.figure.errors")
    p50, p95 = say("skill.figure.p50"), say("skill.figure.p95")
    left, right = st.columns(2)
    with left:
        st.caption(say("skill.calls_over_time"))
        counted = {calls: [point.calls for point in found.series], errors: [point.errors for point in found.series]}
        st.bar_chart({"at": at, **counted}, x="at", y=[calls, errors], x_label="", stack=False, height=240)
    with right:
        st.caption(say("skill.latency_over_time"))
        took = {p50: [point.p50_ms for point in found.series], p95: [point.p95_ms for point in found.series]}
        st.line_chart({"at": at, **took}, x="at", y=[p50, p95], x_label="", height=240)


def _versions(found: SkillStatistics) -> None:
    if not found.versions:
        return
    st.subheader(say("skill.by_version"), anchor=False)
    lines = [
        "| " + " | ".join(say(f"skill.figure.{name}") for name in ("version", "calls", "errors", "p95", "users")) + " |"
    ]
    lines.append("| --- | --: | --: | --: | --: |")
    for each in found.versions:
        figures = (moments.number(each.calls), moments.number(each.errors), moments.took(each.p95_ms), str(each.users))
        lines.append(f"| {each.version} | " + " | ".join(figures) + " |")
    st.markdown("\n".join(lines))
