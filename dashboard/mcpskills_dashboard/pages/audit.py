"""Audit: who did what when, whether the trail is whole, and the trail as a file."""

import json
from collections.abc import Iterator

import streamlit as st

from mcpskills_dashboard import exporting, problems
from mcpskills_dashboard.client import audit
from mcpskills_dashboard.client.audit import Wanted
from mcpskills_dashboard.exporting import Export
from mcpskills_dashboard.language import say
from mcpskills_dashboard.trail import looking, proving
from mcpskills_dashboard.visitor import Visitor


def show(visitor: Visitor) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title(say("audit.title"), anchor=False)
        buttons = st.container(horizontal=True, width="content")
    wanted = looking.wanted()
    with buttons:
        proving.offer(visitor)
        exporting.offer(visitor, _export(visitor, wanted))
    with problems.part():
        looking.draw(visitor, wanted)


def _export(visitor: Visitor, wanted: Wanted) -> Export:
    end = 0

    def lines() -> Iterator[bytes]:
        nonlocal end
        end = audit.end(visitor.api).sequence
        return audit.exported(visitor.api, wanted)

    said = say("audit.export_some") if any(wanted.told().values()) else say("audit.export_all")
    return Export("audit", said, lines, lambda line: json.loads(line)["sequence"] / max(1, end))
