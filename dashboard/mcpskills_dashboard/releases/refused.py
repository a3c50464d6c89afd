"""Refused folders: what may not go live, and why."""

from typing import Final

import streamlit as st

from mcpskills_dashboard import empty, moments, paging
from mcpskills_dashboard.client import releases
from mcpskills_dashboard.client.releases import Refused
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

_SHOWN_DIGITS: Final = 8


def draw(visitor: Visitor) -> None:
    page = releases.refused(visitor.api, cursor=paging.cursor("refused"), limit=paging.ROWS)
    if not page.quarantined:
        empty.draw(say("releases.none_refused"), say("releases.none_refused_advice"), ":material/verified:")
        return
    st.caption(say("releases.refused_explained"))
    for refused in page.quarantined:
        _card(refused)
    paging.controls("refused", page.next_cursor, say("releases.refused_count", count=page.total))


def _card(refused: Refused) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(refused.skill)}**  :small[:gray[{code(refused.path)}]]")
            since = say("releases.refused_since", at=moments.at(refused.since))
            st.markdown(f":small[:gray[{since} · {code(refused.commit[:_SHOWN_DIGITS])}]]", width="content")
        for reason in refused.reason.splitlines():
            st.markdown(f":red[:material/block:] {plain(reason)}")
