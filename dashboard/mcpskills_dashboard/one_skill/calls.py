"""How often a skill is called, how that went, and which version it was."""

import streamlit as st

from mcpskills_dashboard import navigation
from mcpskills_dashboard.client.skills import SkillDetail
from mcpskills_dashboard.language import say
from mcpskills_dashboard.usage import one, period
from mcpskills_dashboard.visitor import Visitor


def draw(visitor: Visitor, detail: SkillDetail) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        asked = period.chosen()
        if navigation.has("logs") and visitor.may("logs:read"):
            navigation.link("logs", say("analytics.to_logs"), icon=":material/receipt_long:", skill=detail.name)
    one.draw(visitor, detail.name, asked)
