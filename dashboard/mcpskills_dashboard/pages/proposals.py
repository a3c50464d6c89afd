"""Proposals: those that wait for a decision, the newest first."""

import time
from collections.abc import Mapping
from typing import Final, Literal

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import empty, fragments, moments, navigation, paging, problems
from mcpskills_dashboard.client import proposals
from mcpskills_dashboard.client.proposals import Check, Proposal, ProposalPage
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor

_SINCE: Final = "checks_awaited_since"
_EVERY_SECONDS: Final = 3.0
_PATIENCE_SECONDS: Final = 60.0

_PASSED: Final = "passed"
_LOOKS: Final[Mapping[str, tuple[Literal["green", "red", "gray", "orange"], str]]] = {
    "passed": ("green", ":material/check_circle:"),
    "failed": ("red", ":material/block:"),
    "pending": ("gray", ":material/hourglass_top:"),
    "unknown": ("orange", ":material/help:"),
}


def show(visitor: Visitor) -> None:
    st.title(say("proposals.title"), anchor=False)
    page = _listed(visitor)
    if _awaits_checks(page):
        _follow(visitor)
    else:
        st.session_state.pop(_SINCE, None)
        _draw(visitor, page)


def _listed(visitor: Visitor) -> ProposalPage:
    return proposals.listed(visitor.api, cursor=paging.cursor("proposals"), limit=paging.ROWS)


def _awaits_checks(page: ProposalPage) -> bool:
    """Whether the server is finding out what the rules say of some, and has not taken too long."""
    if not any(each.check is not None and each.check.status == "pending" for each in page.proposals):
        return False
    since: float = st.session_state.setdefault(_SINCE, time.monotonic())
    return time.monotonic() - since < _PATIENCE_SECONDS


@fragments.fragment(run_every=_EVERY_SECONDS)
def _follow(visitor: Visitor) -> None:
    with problems.part():
        page = _listed(visitor)
        if not _awaits_checks(page):
            st.rerun()
        _draw(visitor, page)


def _draw(visitor: Visitor, page: ProposalPage) -> None:
    if not page.proposals:
        empty.draw(say("proposals.none"), say("proposals.none_advice"), icon=":material/rate_review:")
        if visitor.may(Scope.PROPOSALS_WRITE):
            navigation.link("new", say("new.title"), icon=":material/add:")
        return
    for proposal in page.proposals:
        _row(proposal)
    paging.controls("proposals", page.next_cursor, say("proposals.count", count=page.total))


def _row(proposal: Proposal) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            navigation.link("proposal", plain(proposal.title), icon=":material/rate_review:", id=proposal.id)
            st.caption(
                say("proposals.by", author=plain(proposal.author), when=moments.ago(proposal.opened_at)),
                help=moments.exactly(proposal.opened_at),
            )
        if proposal.check is not None:
            check(proposal.check)
        approval(proposal)


def check(found: Check) -> None:
    """What the rules say of it, as far as the server knows."""
    status = found.status if found.status in _LOOKS else "unknown"
    said = [say("proposals.errors", count=found.errors) if found.errors else say(f"proposals.check.{status}")]
    said += [say("proposals.warnings", count=found.warnings)] if found.warnings else []
    colour, icon = _LOOKS[status]
    st.badge(" · ".join(said), icon=icon, color=colour, width="content")


def approval(proposal: Proposal) -> None:
    """Whether somebody said yes to it, where the forge tells."""
    if proposal.approved is not None:
        said = say("proposals.approved") if proposal.approved else say("proposals.waiting")
        st.badge(said, color="green" if proposal.approved else "orange", width="content")
