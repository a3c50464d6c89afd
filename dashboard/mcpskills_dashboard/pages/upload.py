"""Upload: a zip of a skill, what the rules say of it, and a proposal."""

from typing import Final

import streamlit as st

from mcpskills import archive
from mcpskills.errors import McpSkillsError
from mcpskills.validation.policy import Limits
from mcpskills_dashboard import drafts, findings, moments, navigation, problems
from mcpskills_dashboard.client import uploads
from mcpskills_dashboard.client.uploads import Report
from mcpskills_dashboard.editor import draft as drafting
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor

_JUDGED: Final = "upload_judged"


def show(visitor: Visitor) -> None:
    st.title(say("upload.title"), anchor=False)
    st.markdown(say("upload.explained"))
    file = st.file_uploader(say("upload.file"), type="zip", key="upload_file")
    if file is None:
        st.session_state.pop(_JUDGED, None)
        return
    content = file.getvalue()
    with st.spinner(say("upload.judging")):
        report = _judged(visitor, file.file_id, content)
    _report(report)
    if report.ok:
        _propose(visitor, content)
    _edit(content)


def _judged(visitor: Visitor, file_id: str, content: bytes) -> Report:
    kept: tuple[str, Report] | None = st.session_state.get(_JUDGED)
    if kept is None or kept[0] != file_id:
        kept = (file_id, uploads.judged(visitor.api, content))
        st.session_state[_JUDGED] = kept
    return kept[1]


def _report(report: Report) -> None:
    with st.container(border=True):
        name, files, size = st.columns(3)
        name.metric(say("upload.name"), plain(report.name))
        files.metric(say("upload.files"), moments.number(report.files))
        size.metric(say("upload.size"), moments.size(report.size))
        findings.verdict(ok=report.ok, findings=report.findings)
        findings.draw(report.findings)


def _propose(visitor: Visitor, content: bytes) -> None:
    with st.form("upload_propose"):
        title = st.text_input(say("editing.title"), max_chars=200, placeholder=say("upload.title_placeholder"))
        message = st.text_area(say("editing.message"), max_chars=5000, height=80, help=say("editing.message_help"))
        st.caption(say("editing.nothing_live"))
        asked = st.form_submit_button(say("editing.propose"), type="primary", icon=":material/rate_review:")
    if asked:
        with problems.part():
            with st.spinner(say("editing.proposing")):
                answer = uploads.proposed(visitor.api, content, title=title, message=message)
            navigation.go("proposal", id=answer.proposal.id)


def _edit(content: bytes) -> None:
    """To the editor, with the files of the zip as a draft."""
    if not st.button(say("upload.edit"), icon=":material/edit:"):
        return
    try:
        folder = archive.read_zip(content, Limits())
    except McpSkillsError as error:
        problems.show(error)
        return
    drafts.keep(drafts.NEW, drafting.begun(folder.name, folder.files))
    navigation.go("new")
