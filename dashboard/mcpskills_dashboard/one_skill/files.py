"""The files of a version, with their content."""

from typing import Final

import streamlit as st

from mcpskills_dashboard import moments
from mcpskills_dashboard.client import files
from mcpskills_dashboard.client.files import VersionFile
from mcpskills_dashboard.client.skills import SkillDetail
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.source import language_of, text_of
from mcpskills_dashboard.visitor import Visitor

_SHOWN_BYTES: Final = 256 * 1024
_LISTED: Final = 40


def draw(visitor: Visitor, detail: SkillDetail) -> None:
    version = detail.version.number if detail.version else None
    if version is None:
        st.info(say("skill.no_version"), icon=":material/info:")
        return
    listed = files.listed(visitor.api, detail.name, version).files
    left, right = st.columns([1, 2.6])
    with left:
        st.caption(say("skill.files_of", number=version, count=len(listed)))
        chosen = _choose(listed)
    if chosen is not None:
        with right:
            _content(visitor, detail.name, version, chosen)


def _choose(listed: tuple[VersionFile, ...]) -> VersionFile | None:
    by_path = {file.path: file for file in listed}
    if len(listed) > _LISTED:
        path = st.selectbox(say("skill.file"), list(by_path), key="file_chosen")
    else:
        # A radio button reads Markdown, to which `__init__.py` is bold.
        path = st.radio(
            say("skill.file"), list(by_path), key="file_chosen", format_func=plain, label_visibility="collapsed"
        )
    return by_path.get(path) if path else None


def _content(visitor: Visitor, name: str, version: int, file: VersionFile) -> None:
    content = files.content(visitor.api, name, version, file.path, most=_SHOWN_BYTES)
    marks = [moments.size(file.size)] + ([say("skill.executable")] if file.executable else [])
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"{code(file.path)} :small[{' · '.join(marks)}]", width="content")
        if len(content) == file.size:
            place = file.path.rpartition("/")[2]
            st.download_button(
                say("skill.download"),
                content,
                place,
                icon=":material/download:",
                key="file_download",
                on_click="ignore",
            )
    text = text_of(content)
    if text is None:
        st.info(say("skill.binary"), icon=":material/info:")
        return
    st.code(text, language=language_of(file.path), line_numbers=True)
    if len(content) < file.size:
        st.caption(say("skill.cut", shown=moments.size(len(content)), size=moments.size(file.size)))
