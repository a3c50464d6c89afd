"""After a merge: whether what was merged is live, followed until it is where the visitor merged it just now."""

import time
from typing import Final

import streamlit as st

from mcpskills_dashboard import fragments, navigation, problems
from mcpskills_dashboard.client import proposals
from mcpskills_dashboard.client.proposals import ProposalDetail, SkillChange
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor

_AWAITED: Final = "merge_awaited"
_EVERY_SECONDS: Final = 1.0
_PATIENCE_SECONDS: Final = 60.0


def begin(proposal: str) -> None:
    """Have the page of this proposal, which was merged just now, follow what becomes of it."""
    st.session_state[_AWAITED] = (proposal, time.monotonic())


def draw(visitor: Visitor, merged: ProposalDetail) -> None:
    """How far each skill of it is."""
    if is_awaited(merged.id) and not all(map(has_landed, merged.skills)):
        _follow(visitor, merged.id)
        return
    for change in merged.skills:
        _draw(change)


def is_awaited(proposal: str) -> bool:
    which, since = st.session_state.get(_AWAITED, (None, 0.0))
    return bool(which == proposal and time.monotonic() - since < _PATIENCE_SECONDS)


def has_landed(change: SkillChange) -> bool:
    """Whether what is live is what was proposed: then nothing differs any more."""
    if change.change == "removed":
        return change.live_version is None
    return change.live_version is not None and not change.files


@fragments.fragment(run_every=_EVERY_SECONDS)
def _follow(visitor: Visitor, which: str) -> None:
    with problems.part():
        merged = proposals.shown(visitor.api, which)
        landed = sum(map(has_landed, merged.skills))
        if landed == len(merged.skills) or not is_awaited(which):
            st.rerun()
        st.progress(landed / len(merged.skills), say("landing.awaited"))


def _draw(change: SkillChange) -> None:
    name = plain(change.name)
    if not has_landed(change):
        st.warning(say("landing.not_live", name=name), icon=":material/hourglass_top:")
    elif change.change == "removed":
        st.success(say("landing.gone", name=name), icon=":material/check_circle:")
    else:
        st.success(say("landing.live", name=name, version=change.live_version), icon=":material/check_circle:")
    navigation.link("skill", name, icon=":material/deployed_code:", name=change.name)
