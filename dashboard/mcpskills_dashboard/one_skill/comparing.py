"""What differs between two versions of a skill."""

from typing import Final

import streamlit as st

from mcpskills_dashboard import differences, empty, moments
from mcpskills_dashboard.client import files, skills
from mcpskills_dashboard.client.files import FileChange
from mcpskills_dashboard.client.skills import SkillDetail
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

_COLOURS: Final = {"added": "green", "removed": "red", "changed": "blue", "renamed": "violet"}


def draw(visitor: Visitor, detail: SkillDetail) -> None:
    numbers = [version.number for version in skills.versions(visitor.api, detail.name).versions]
    if len(numbers) < 2:  # noqa: PLR2004 one cannot be compared
        empty.draw(say("skill.one_version"), say("skill.one_version_advice"), ":material/difference:")
        return
    newest = detail.live_version if detail.live_version in numbers[:-1] else numbers[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        older = st.selectbox(say("skill.from"), numbers, index=numbers.index(newest) + 1, key="compare_from", width=160)
        newer = st.selectbox(say("skill.to"), numbers, index=numbers.index(newest), key="compare_to", width=160)
    if older == newer:
        st.info(say("skill.same_version"), icon=":material/info:")
        return
    changed = files.difference(visitor.api, detail.name, older, newer).files
    if not changed:
        st.info(say("skill.same_files"), icon=":material/info:")
        return
    st.caption(say("skill.files_differ", count=len(changed)))
    for file in changed:
        draw_file(file)


def draw_file(file: FileChange) -> None:
    """One file that differs, line by line where that can be shown."""
    kind = f":{_COLOURS.get(file.change, 'gray')}-badge[{say(f'skill.change.{file.change}')}]"
    path = code(file.path) if file.old_path is None else f"{code(file.old_path)} → {code(file.path)}"
    sizes = f"{moments.size(file.old_size)} → {moments.size(file.new_size)}"
    with st.container(border=True):
        st.markdown(f"{kind} {path} :small[{sizes}]")
        if file.note:
            st.caption(plain(file.note))
        if file.diff is not None:
            differences.draw(file.diff)
        elif file.binary:
            st.caption(say("skill.binary_differs"))
