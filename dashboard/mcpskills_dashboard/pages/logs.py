"""Logs: what clients ask while they ask it, and what they asked in the last thirty days."""

import json
from datetime import UTC, datetime

import streamlit as st

from mcpskills.journal import KEPT
from mcpskills_dashboard import exporting
from mcpskills_dashboard.client import logs
from mcpskills_dashboard.exporting import Export
from mcpskills_dashboard.journal import filters, listing
from mcpskills_dashboard.language import say
from mcpskills_dashboard.visitor import Visitor


def show(visitor: Visitor) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(say("logs.title"), anchor=False)
        buttons = st.container(horizontal=True, vertical_alignment="center", width="content")
    with buttons:
        live = listing.is_live()
    wanted = filters.wanted(live=live)
    said = say("logs.export_some") if any(wanted.told().values()) else say("logs.export_all")
    with buttons:
        exporting.offer(visitor, Export("logs", said, lambda: logs.exported(visitor.api, wanted), _reached))
    listing.draw(visitor, wanted, live=live)


def _reached(line: bytes) -> float:
    """How far back in the time that is kept."""
    at = datetime.fromisoformat(json.loads(line)["at"])
    return (datetime.now(UTC) - at) / KEPT
