"""Pages of a listing that the server cuts by cursors: forward, and back by the cursors that led here."""

from collections.abc import Hashable
from typing import Final

import streamlit as st

from mcpskills_dashboard.language import say

ROWS: Final = 20
"""Of a page, unless a listing has a reason for another number."""


def cursor(listing: str, *filters: Hashable) -> str | None:
    """Where the shown page of a listing starts; at the beginning when the filters are others than before."""
    kept = st.session_state.get(_place(listing))
    if kept is None or kept[0] != filters:
        kept = (filters, [None])
        st.session_state[_place(listing)] = kept
    found: str | None = kept[1][-1]
    return found


def controls(listing: str, next_cursor: str | None, said: str = "") -> None:
    """The way to the pages before and after, when there is any; `said` stands between, such as how many there are."""
    trail: list[str | None] = st.session_state[_place(listing)][1]
    if len(trail) == 1 and next_cursor is None:
        if said:
            st.caption(said)
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right"):
        st.caption(" · ".join(filter(None, (said, say("common.page", number=len(trail))))), width="content")
        st.button(
            say("common.before"),
            icon=":material/chevron_left:",
            key=f"{listing}_before",
            disabled=len(trail) == 1,
            on_click=_back,
            args=(trail,),
        )
        st.button(
            say("common.after"),
            icon=":material/chevron_right:",
            key=f"{listing}_after",
            disabled=next_cursor is None,
            on_click=trail.append,
            args=(next_cursor,),
        )


def _back(trail: list[str | None]) -> None:
    trail.pop()


def _place(listing: str) -> str:
    return f"pages_of_{listing}"
