"""The figures of the whole tenant: over time, which skills lead, and which nobody uses."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from mcpskills_dashboard import empty, moments, navigation, paging, problems
from mcpskills_dashboard.client import statistics
from mcpskills_dashboard.client.statistics import Period, SkillFigures
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.usage import focus, telling
from mcpskills_dashboard.visitor import Visitor

_WIDTHS: Final = (2.7, 1, 1.5, 1.2)
_UNUSED_WIDTHS: Final = (3, 1, 2)
_UNUSED_ROWS: Final = 10


def draw(visitor: Visitor, period: Period) -> None:
    called = False
    with problems.part(missing=say("analytics.no_statistics")):
        found = statistics.of_all(visitor.api, period)
        if found.dropped:
            st.warning(say("analytics.dropped", count=moments.number(found.dropped)), icon=":material/warning:")
        called = found.calls > 0
        if called:
            telling.numbers(found)
            telling.over_time(found, period)
            left, right = st.columns(2, gap="large")
            with left:
                _leading("top", found.top_skills)
            with right:
                _leading("failing", found.top_failing)
        else:
            empty.draw(say("analytics.nobody"), say("analytics.nobody_advice"), ":material/monitoring:")
    with problems.part(missing=say("analytics.no_statistics")):
        _unused(visitor, period, called=called)


def _leading(which: str, rows: Sequence[SkillFigures]) -> None:
    st.subheader(say(f"analytics.{which}"), anchor=False)
    if not rows:
        st.caption(say(f"analytics.{which}_none"))
        return
    with st.container(border=True, gap="xxsmall"):
        _heads(_WIDTHS, ("skill", "calls", "error_rate", "p95"))
        for row in rows:
            cells = st.columns(_WIDTHS, vertical_alignment="center")
            with cells[0]:
                focus.offer(plain(row.skill), row.skill, key=f"{which}_{row.skill}")
            rate = row.errors / row.calls if row.calls else None
            cells[1].markdown(f":small[{moments.number(row.calls)}]")
            cells[2].markdown(f":small[:red[{moments.share(rate)}]]" if rate else f":small[{moments.share(rate)}]")
            cells[3].markdown(f":small[{moments.took(row.p95_ms)}]")


def _unused(visitor: Visitor, period: Period, *, called: bool) -> None:
    page = statistics.never_used(visitor.api, period, cursor=paging.cursor("unused", period), limit=_UNUSED_ROWS)
    if not page.skills and not called:
        # In an empty registry nothing is left to say.
        return
    st.subheader(say("analytics.unused"), anchor=False)
    if not page.skills:
        st.caption(say("analytics.unused_none"))
        return
    st.caption(say("analytics.unused_explained"))
    with st.container(border=True, gap="xxsmall"):
        _heads(_UNUSED_WIDTHS, ("skill", "version", "published"))
        for row in page.skills:
            cells = st.columns(_UNUSED_WIDTHS, vertical_alignment="center")
            with cells[0]:
                navigation.link("skill", plain(row.skill), name=row.skill)
            cells[1].markdown(f":small[v{row.live_version}]")
            cells[2].markdown(f":small[{moments.ago(row.published_at)}]")
    paging.controls("unused", page.next_cursor)


def _heads(widths: Sequence[float], names: Sequence[str]) -> None:
    for column, name in zip(st.columns(widths, vertical_alignment="center"), names, strict=True):
        column.markdown(f":small[:gray[{say(f'analytics.figure.{name}')}]]")
