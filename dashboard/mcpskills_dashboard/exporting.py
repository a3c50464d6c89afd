"""Export: lines of JSON that are collected here, and then given to the browser as a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from mcpskills.errors import McpSkillsError
from mcpskills_dashboard import fragments, moments, problems
from mcpskills_dashboard.language import say
from mcpskills_dashboard.visitor import Visitor

MOST_BYTES: Final = 64 * 1024 * 1024
"""That a browser is given; what is longer is for who asks the API itself, which keeps nothing in memory."""

_TOLD_EACH: Final = 500


@dataclass(frozen=True, slots=True)
class Export:
    """`page` names the file, and whose words these are. `reached` says by a line which share of all is there, if asked."""

    page: str
    explained: str
    lines: Callable[[], Iterator[bytes]]
    reached: Callable[[bytes], float]


def offer(visitor: Visitor, export: Export) -> None:
    if st.button(say(f"{export.page}.export"), icon=":material/download:"):
        _ask(visitor, export)


def _ask(visitor: Visitor, export: Export) -> None:
    page = export.page

    @fragments.dialog(say(f"{page}.export"), icon=":material/download:")
    def dialog() -> None:
        st.markdown(export.explained)
        if not st.button(say(f"{page}.collect"), type="primary", key=f"{page}_collect"):
            return
        try:
            content, count = _collected(export)
        except McpSkillsError as error:
            problems.show(error)
            return
        if content is None:
            st.warning(say(f"{page}.too_long", size=moments.size(MOST_BYTES)), icon=":material/info:")
            return
        st.success(say(f"{page}.collected", count=count, size=moments.size(len(content))))
        named = f"{page}-{visitor.me.tenant}-{datetime.now(moments.zone()):%Y%m%d-%H%M%S}.jsonl"
        st.download_button(
            say(f"{page}.download"),
            content,
            file_name=named,
            mime="application/jsonl",
            icon=":material/download:",
            on_click="ignore",
            type="primary",
            key=f"{page}_download",
        )

    dialog()


def _collected(export: Export) -> tuple[bytes | None, int]:
    """The lines and how many; None when they are too many for a browser."""
    kept, count = bytearray(), 0
    bar = st.progress(0.0, say(f"{export.page}.collecting"))
    try:
        for line in export.lines():
            kept += line
            count += 1
            if len(kept) > MOST_BYTES:
                return None, count
            if count % _TOLD_EACH == 0:
                so_far = say(f"{export.page}.so_far", done=moments.number(count), size=moments.size(len(kept)))
                bar.progress(min(1.0, max(0.0, export.reached(line))), so_far)
    finally:
        bar.empty()
    return bytes(kept), count
