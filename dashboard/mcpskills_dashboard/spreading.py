"""After a change: which replicas serve it already, shown on every page until all do."""

import time
from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills.errors import McpSkillsError
from mcpskills_dashboard import fragments
from mcpskills_dashboard.client import fleet
from mcpskills_dashboard.language import say
from mcpskills_dashboard.language.errors import sentence
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor

_AWAITED: Final = "generation_awaited"
_EVERY_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 60.0
_SHOWN_SECONDS: Final = 4.0


def watch(generation: int) -> None:
    """Have the pages show how this generation reaches the replicas."""
    st.session_state[_AWAITED] = (generation, time.monotonic(), None)


def draw(visitor: Visitor) -> None:
    """Nothing while no change is on its way, and for who may not know of replicas."""
    if _AWAITED in st.session_state and visitor.may(Scope.METRICS_READ):
        _follow(visitor)


@fragments.fragment(run_every=_EVERY_SECONDS)
def _follow(visitor: Visitor) -> None:
    kept = st.session_state.get(_AWAITED)
    if kept is None:
        return
    generation, since, done = kept
    now = time.monotonic()
    if (done is not None and now - done > _SHOWN_SECONDS) or now - since > _PATIENCE_SECONDS:
        del st.session_state[_AWAITED]
        st.rerun()
    try:
        replicas = fleet.replicas(visitor.api).replicas
    except McpSkillsError as error:
        st.warning(plain(sentence(error)))
        return
    serving = sum(replica.generation >= generation for replica in replicas)
    if replicas and serving == len(replicas):
        st.success(say("spreading.everywhere", count=serving), icon=":material/check_circle:")
        if done is None:
            st.session_state[_AWAITED] = (generation, since, now)
        return
    st.progress(serving / max(1, len(replicas)), say("spreading.some", serving=serving, all=len(replicas)))
    late = ", ".join(plain(replica.replica) for replica in replicas if replica.generation < generation)
    st.caption(say("spreading.late", names=late))
