"""Releases: what went live when, what may not, how publishers and replicas are, and comparing with Git now."""

from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import parts
from mcpskills_dashboard.client import releases
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.parts import Part
from mcpskills_dashboard.releases import health, refused, timeline
from mcpskills_dashboard.visitor import Visitor

_PARTS: Final = (
    Part("timeline", Scope.RELEASES_READ, timeline.draw),
    Part("refused", Scope.SKILLS_READ, refused.draw),
    Part("health", Scope.METRICS_READ, health.draw),
)


def show(visitor: Visitor) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title(say("releases.title"), anchor=False)
        if visitor.may(Scope.RELEASES_WRITE):
            _offer_comparing(visitor)
    if visitor.may(Scope.METRICS_READ):
        health.summary(visitor)
    parts.draw("releases", _PARTS, visitor)


def _offer_comparing(visitor: Visitor) -> None:
    if not st.button(say("releases.compare"), icon=":material/sync:", help=say("releases.compare_help")):
        return
    with st.spinner(say("releases.comparing")):
        compared = releases.compare_now(visitor.api)
    if compared.frozen:
        st.toast(say("releases.compared_frozen", reason=plain(compared.frozen)), icon=":material/pause_circle:")
    else:
        st.toast(say("releases.compared", generation=compared.generation), icon=":material/check_circle:")
