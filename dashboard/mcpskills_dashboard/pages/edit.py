"""Edit: a skill's files in an editor, and a proposal in the end. What is served changes by its merge alone."""

import streamlit as st

from mcpskills_dashboard import drafts, editing, empty, navigation, paging
from mcpskills_dashboard.client import packages, skills
from mcpskills_dashboard.client.refusals import RefusedError
from mcpskills_dashboard.client.skills import Versions
from mcpskills_dashboard.editor import draft as drafting
from mcpskills_dashboard.editor.draft import Draft
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor


def show(visitor: Visitor) -> None:
    name = navigation.parameter("name")
    if name is None:
        _choose(visitor)
        return
    navigation.link("skill", plain(name), icon=":material/arrow_back:", name=name)
    st.title(say("edit.heading", name=plain(name)), anchor=False)
    known = _versions(visitor, name)
    draft = drafts.kept(name) or _begin(visitor, name, known)
    if draft is not None:
        _about(name, draft, known)
        editing.draw(visitor, name)


def _choose(visitor: Visitor) -> None:
    st.title(say("edit.title"), anchor=False)
    words = st.text_input(say("edit.which"), key="edit_search")
    page = skills.listed(visitor.api, words=words, cursor=paging.cursor("edit", words), limit=paging.ROWS)
    known = [skill for skill in page.skills if not skill.was_never_one]
    if not known:
        empty.draw(say("edit.none"), say("edit.none_advice"))
        navigation.link("new", say("new.title"), icon=":material/add:")
    for skill in known:
        navigation.link("edit", plain(skill.name), icon=":material/edit:", name=skill.name)
    paging.controls("edit", page.next_cursor)


def _versions(visitor: Visitor, name: str) -> Versions | None:
    """None for a skill that is only proposed as yet."""
    try:
        return skills.versions(visitor.api, name)
    except RefusedError as error:
        if error.missing and drafts.kept(name) is not None:
            return None
        raise


def _begin(visitor: Visitor, name: str, known: Versions | None) -> Draft | None:
    """From the version that the address names, else from what Git wants: a rollback does not undo what is in Git."""
    said = navigation.parameter("version")
    number = int(said) if said and said.isascii() and said.isdigit() else None
    number = number or (_wanted(known) if known else None)
    if number is None:
        empty.draw(say("edit.no_version"), say("edit.no_version_advice"))
        return None
    with st.spinner(say("edit.fetching")):
        draft = drafting.begun(name, packages.entries(visitor.api, name, number), number)
    drafts.keep(name, draft)
    return draft


def _wanted(known: Versions) -> int | None:
    newest = known.versions[0].number if known.versions else None
    return known.wanted_version or known.live_version or newest


def _about(name: str, draft: Draft, known: Versions | None) -> None:
    wanted = _wanted(known) if known else None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            say("edit.new") if draft.origin is None else say("edit.origin", version=draft.origin), width="stretch"
        )
        if known is not None:
            st.button(say("edit.again"), icon=":material/restart_alt:", on_click=drafts.drop, args=(name,))
    if known is None:
        return
    if wanted != draft.origin:
        st.warning(say("edit.older", version=wanted), icon=":material/history:")
    elif known.live_version != wanted:
        st.info(say("edit.held", wanted=wanted), icon=":material/pause_circle:")
