"""Audit: who did what when, whether the trail is whole, and the trail as a file."""

import streamlit as st

from mcpskills_dashboard import problems
from mcpskills_dashboard.language import say
from mcpskills_dashboard.trail import exporting, looking, proving
from mcpskills_dashboard.visitor import Visitor


def show(visitor: Visitor) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title(say("audit.title"), anchor=False)
        buttons = st.container(horizontal=True, width="content")
    wanted = looking.wanted()
    with buttons:
        proving.offer(visitor)
        exporting.offer(visitor, wanted)
    with problems.part():
        looking.draw(visitor, wanted)
