"""New: a skill from a template, in the editor, to a proposal."""

import streamlit as st

from mcpskills import first_draft
from mcpskills.folder import SKILL_FILE, Entry
from mcpskills.validation.rules.names import name as names
from mcpskills_dashboard import drafts, editing, navigation
from mcpskills_dashboard.client import skills
from mcpskills_dashboard.client.refusals import RefusedError
from mcpskills_dashboard.editor import draft as drafting
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor


def show(visitor: Visitor) -> None:
    draft = drafts.kept(drafts.NEW)
    if draft is None:
        st.title(say("new.title"), anchor=False)
        _begin(visitor)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(plain(draft.name), anchor=False, width="stretch")
        st.button(say("new.another"), icon=":material/restart_alt:", on_click=drafts.drop, args=(drafts.NEW,))
    editing.draw(visitor, drafts.NEW)


def _begin(visitor: Visitor) -> None:
    st.markdown(say("new.explained"))
    with st.form("new"):
        name = st.text_input(say("new.name"), placeholder="pdf-forms", help=say("new.name_help"), max_chars=100).strip()
        asked = st.form_submit_button(say("new.begin"), type="primary", icon=":material/add:")
    navigation.link("upload", say("new.upload"), icon=":material/upload_file:")
    if not asked:
        return
    if names.fault(name) is not None:
        near = names.suggestion(name)
        st.error(say("new.bad_name") + (f" {say('new.try', name=code(near))}" if near else ""))
        return
    if _is_there(visitor, name):
        st.error(say("new.taken", name=code(name)))
        navigation.link("edit", say("edit.heading", name=plain(name)), icon=":material/edit:", name=name)
        return
    content = first_draft.instructions(name).encode()
    drafts.keep(drafts.NEW, drafting.begun(name, {SKILL_FILE: Entry.file(content)}))
    st.rerun()


def _is_there(visitor: Visitor, name: str) -> bool:
    try:
        skills.shown(visitor.api, name)
    except RefusedError as error:
        if error.missing:
            return False
        raise
    return True
