"""One proposal: who wants what, what the rules say, how it differs from what is live, and the decision about it."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import asking, differences, drafts, findings, landing, moments, navigation
from mcpskills_dashboard.asking import Question
from mcpskills_dashboard.client import proposals
from mcpskills_dashboard.client.proposals import FileDifference, ProposalDetail, SkillChange
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.pages.proposals import approval
from mcpskills_dashboard.visitor import Visitor

_COMMENT: Final = "proposal_comment"
_LOOKED_AT: Final = "proposal_looked_at"
_OPEN_FILES: Final = 5
_COLOURS: Final[Mapping[str, Literal["blue", "violet", "gray"]]] = {
    "open": "blue",
    "merged": "violet",
    "closed": "gray",
}


def show(visitor: Visitor) -> None:
    which = navigation.parameter("id")
    if which is None:
        navigation.go("proposals")
        return
    found = proposals.shown(visitor.api, which)
    navigation.link("proposals", say("proposal.back"), icon=":material/arrow_back:")
    st.title(plain(found.title), anchor=False)
    _about(found)
    if found.state == "open":
        _verdict(found)
        _decide(visitor, found)
    else:
        _ending(visitor, found)
    for change in found.skills:
        _skill(visitor, change)
    _rest(found)


def _about(found: ProposalDetail) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        state = say(f"proposal.state.{found.state}") if found.state in _COLOURS else plain(found.state)
        st.badge(state, color=_COLOURS.get(found.state, "gray"))
        if found.state == "open":
            approval(found)
        st.caption(
            say("proposals.by", author=plain(found.author), when=moments.ago(found.opened_at)),
            help=moments.exactly(found.opened_at),
            width="content",
        )
        st.caption(f"{code(found.branch)} · {code(found.commit[:12])}", width="content")
    if found.url and found.url.startswith("https://"):
        st.link_button(say("proposal.elsewhere"), found.url, icon=":material/open_in_new:")
    for yes in found.approvals:
        stale = "" if yes.commit == found.commit else f" {say('proposal.of_older')}"
        comment = f" — {plain(yes.comment)}" if yes.comment else ""
        st.caption(f":material/thumb_up: {plain(yes.by)}, {moments.ago(yes.at)}{stale}{comment}")


def _verdict(found: ProposalDetail) -> None:
    every = (*found.findings, *(each for change in found.skills for each in change.findings))
    findings.verdict(ok=found.ok, findings=every)
    findings.draw(found.findings)


def _decide(visitor: Visitor, found: ProposalDetail) -> None:
    """What the visitor may do about it, as far as they looked at the head that it has now."""
    looked_at = st.session_state.get(_LOOKED_AT)
    st.session_state[_LOOKED_AT] = (found.id, found.commit)
    asked = _asked(visitor, found)
    if asked is None:
        return
    if looked_at is not None and looked_at[0] == found.id and looked_at[1] != found.commit:
        st.warning(say("proposal.moved_on"), icon=":material/update:")
        return
    asking.ask(asked(visitor, found))


def _asked(visitor: Visitor, found: ProposalDetail) -> Callable[[Visitor, ProposalDetail], Question] | None:
    asked = None
    with st.container(horizontal=True):
        if visitor.may(Scope.PROPOSALS_MERGE):
            if st.button(say("proposal.approve"), icon=":material/thumb_up:"):
                asked = _approving
            why_not = None if found.ok else say("proposal.not_ok")
            merge = say("proposal.merge")
            if st.button(merge, type="primary", icon=":material/merge:", disabled=not found.ok, help=why_not):
                asked = _merging
        if visitor.may(Scope.PROPOSALS_WRITE) and st.button(say("proposal.close"), icon=":material/cancel:"):
            asked = _closing
    return asked


def _approving(visitor: Visitor, found: ProposalDetail) -> Question:
    def act(_: str) -> str:
        proposals.approve(visitor.api, found.id, found.commit, _comment())
        return say("proposal.approved")

    return _question("approve", act, icon=":material/thumb_up:", comment=True)


def _merging(visitor: Visitor, found: ProposalDetail) -> Question:
    def act(_: str) -> str:
        proposals.merge(visitor.api, found.id, found.commit)
        landing.begin(found.id)
        return say("proposal.merged")

    return _question("merge", act, icon=":material/merge:", comment=False)


def _closing(visitor: Visitor, found: ProposalDetail) -> Question:
    def act(_: str) -> str:
        proposals.close(visitor.api, found.id, _comment())
        return say("proposal.closed")

    return _question("close", act, icon=":material/cancel:", comment=True)


def _question(deed: str, act: Callable[[str], str], *, icon: str, comment: bool) -> Question:
    return Question(
        title=say(f"proposal.{deed}"),
        explained=say(f"proposal.{deed}_explained"),
        button=say(f"proposal.{deed}"),
        act=act,
        asks_reason=False,
        show=_ask_comment if comment else None,
        icon=icon,
    )


def _ask_comment() -> None:
    st.text_area(say("proposal.comment"), key=_COMMENT, max_chars=5000, height=80)


def _comment() -> str:
    return str(st.session_state.get(_COMMENT) or "").strip()


def _ending(visitor: Visitor, found: ProposalDetail) -> None:
    if found.ending is None:
        return
    said = f"proposal.ended_{found.state}"
    st.info(
        say(said, by=plain(found.ending.by), when=moments.ago(found.ending.at))
        + (f" {plain(found.ending.comment)}" if found.ending.comment else ""),
        icon=":material/flag:",
    )
    if found.state == "merged":
        landing.draw(visitor, found)


def _skill(visitor: Visitor, change: SkillChange) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(change.name), anchor=False, width="content")
            st.badge(say(f"proposal.change.{change.change}"), color="blue")
            against = say(_against(change), version=change.live_version)
            st.caption(f"{against} · {code(change.path)}", width="stretch")
            if visitor.may(Scope.PROPOSALS_WRITE) and drafts.kept(change.name) is not None:
                navigation.link("edit", say("proposal.go_on"), icon=":material/edit:", name=change.name)
        findings.draw(change.findings)
        if change.evaluation is not None:
            _evaluation(change)
        for number, file in enumerate(change.files):
            _file(file, opened=number < _OPEN_FILES)


def _against(change: SkillChange) -> str:
    if change.live_version is None:
        return "proposal.against_branch"
    # As it is after a merge: what was proposed is what is live.
    return "proposal.against" if change.files else "proposal.same"


def _evaluation(change: SkillChange) -> None:
    counted = change.evaluation
    if counted is None:
        return
    st.markdown(say("proposal.evals", passed=counted.passed, failed=counted.failed, not_run=counted.not_run))
    for failure in counted.failures:
        st.caption(plain(failure))


def _file(file: FileDifference, *, opened: bool) -> None:
    label = f"{code(file.path)} · {say(f'proposal.change.{file.change}')}"
    with st.expander(label, expanded=opened):
        if file.note:
            st.caption(plain(file.note))
        if file.diff:
            differences.draw(file.diff)


def _rest(found: ProposalDetail) -> None:
    if found.elsewhere:
        st.warning(
            say("proposal.elsewhere_files", files=", ".join(map(code, found.elsewhere))), icon=":material/folder_open:"
        )
    if found.left_out:
        st.caption(say("proposal.left_out", count=found.left_out))
