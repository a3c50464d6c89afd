"""Export: what is looked for as JSON Lines, collected here and then given to the browser as a file."""

import json
from datetime import datetime
from typing import Final

import streamlit as st

from mcpskills.errors import McpSkillsError
from mcpskills_dashboard import moments, problems
from mcpskills_dashboard.client import audit
from mcpskills_dashboard.client.audit import Wanted
from mcpskills_dashboard.language import say
from mcpskills_dashboard.visitor import Visitor

MOST_BYTES: Final = 64 * 1024 * 1024
"""That a browser is given; what is longer is for `mcpskills audit export`, which keeps nothing in memory."""

_TOLD_EACH: Final = 500


def offer(visitor: Visitor, wanted: Wanted) -> None:
    if st.button(say("audit.export"), icon=":material/download:"):
        _ask(visitor, wanted)


def _ask(visitor: Visitor, wanted: Wanted) -> None:
    @st.dialog(say("audit.export"), icon=":material/download:", width="medium")
    def dialog() -> None:
        st.markdown(say("audit.export_some") if any(wanted.told().values()) else say("audit.export_all"))
        if not st.button(say("audit.collect"), type="primary", key="audit_collect"):
            return
        try:
            content, count = _collected(visitor, wanted)
        except McpSkillsError as error:
            problems.show(error)
            return
        if content is None:
            st.warning(say("audit.too_long", size=moments.size(MOST_BYTES)), icon=":material/info:")
            return
        st.success(say("audit.collected", count=count, size=moments.size(len(content))))
        named = f"audit-{visitor.me.tenant}-{datetime.now(moments.zone()):%Y%m%d-%H%M%S}.jsonl"
        st.download_button(
            say("audit.download"),
            content,
            file_name=named,
            mime="application/jsonl",
            icon=":material/download:",
            on_click="ignore",
            type="primary",
            key="audit_download",
        )

    dialog()


def _collected(visitor: Visitor, wanted: Wanted) -> tuple[bytes | None, int]:
    """The lines and how many; None when they are too many for a browser."""
    end = audit.end(visitor.api).sequence
    kept, count = bytearray(), 0
    bar = st.progress(0.0, say("audit.collecting"))
    try:
        for line in audit.exported(visitor.api, wanted):
            kept += line
            count += 1
            if len(kept) > MOST_BYTES:
                return None, count
            if count % _TOLD_EACH == 0:
                reached = min(1.0, json.loads(line)["sequence"] / max(1, end))
                bar.progress(reached, say("audit.so_far", done=moments.number(count), size=moments.size(len(kept))))
    finally:
        bar.empty()
    return bytes(kept), count
