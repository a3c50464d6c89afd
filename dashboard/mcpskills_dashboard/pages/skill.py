"""One skill: what it says, what it consists of, where it came from, and what may be done with it."""

import streamlit as st

from mcpskills_dashboard import navigation
from mcpskills_dashboard.client import skills
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import instructions, plain
from mcpskills_dashboard.visitor import Visitor


def show(visitor: Visitor) -> None:
    name = navigation.parameter("name")
    if name is None:
        navigation.go("skills")
        return
    detail = skills.shown(visitor.api, name)
    navigation.link("skills", say("skill.back"), icon=":material/arrow_back:")
    st.title(plain(detail.name), anchor=False)
    st.markdown(plain(detail.description or ""))
    st.markdown(instructions(skills.instructions(visitor.api, name).text))
