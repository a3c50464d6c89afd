"""Proposals: those that wait for a decision, the newest first."""

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import empty, moments, navigation, paging
from mcpskills_dashboard.client import proposals
from mcpskills_dashboard.client.proposals import Proposal
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor


def show(visitor: Visitor) -> None:
    st.title(say("proposals.title"), anchor=False)
    page = proposals.listed(visitor.api, cursor=paging.cursor("proposals"), limit=paging.ROWS)
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
        approval(proposal)


def approval(proposal: Proposal) -> None:
    """Whether somebody said yes to it, where the forge tells."""
    if proposal.approved is not None:
        said = say("proposals.approved") if proposal.approved else say("proposals.waiting")
        st.badge(said, color="green" if proposal.approved else "orange", width="content")
