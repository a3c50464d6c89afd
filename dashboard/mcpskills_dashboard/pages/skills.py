"""Skills: which there are, and how they do."""

import streamlit as st

from mcpskills_dashboard import empty, navigation, paging
from mcpskills_dashboard.client import skills
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor


def show(visitor: Visitor) -> None:
    st.title(say("skills.title"), anchor=False)
    words = st.text_input(say("skills.search"), key="skills_search", bind="query-params")
    page = skills.listed(visitor.api, words=words, cursor=paging.cursor("skills", words), limit=paging.ROWS)
    if not page.skills:
        empty.draw(say("skills.none"), say("skills.none_advice"))
        return
    for skill in page.skills:
        navigation.link("skill", skill.name, name=skill.name)
        st.caption(plain(skill.description or ""))
    paging.controls("skills", page.next_cursor, say("skills.count", count=page.total))
