"""Analytics: how often skills are called, by how many, how fast and how well; of all of them, or of one."""

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import navigation
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.usage import focus, one, period, whole
from mcpskills_dashboard.visitor import Visitor


def show(visitor: Visitor) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        title = st.container(width="content")
        with st.container(horizontal=True, vertical_alignment="bottom", width="content"):
            name = focus.chosen()
            asked = period.chosen()
    title.title(say("analytics.title") if name is None else plain(name), anchor=False, width="content")
    if name is None:
        whole.draw(visitor, asked)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        focus.offer(say("analytics.back"), None, key="usage_back", icon=":material/arrow_back:")
        if visitor.may(Scope.SKILLS_READ):
            navigation.link("skill", say("analytics.to_skill"), icon=":material/deployed_code:", name=name)
        if visitor.may(Scope.LOGS_READ) and navigation.has("logs"):
            navigation.link("logs", say("analytics.to_logs"), icon=":material/receipt_long:", skill=name)
    one.draw(visitor, name, asked)
