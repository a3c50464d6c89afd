"""The skill's instructions as people read them, or as the file has them."""

import streamlit as st

from mcpskills.errors import InvalidInputError
from mcpskills.frontmatter import parse
from mcpskills_dashboard import empty
from mcpskills_dashboard.client import skills
from mcpskills_dashboard.client.refusals import RefusedError
from mcpskills_dashboard.client.skills import SkillDetail
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import instructions
from mcpskills_dashboard.visitor import Visitor


def draw(visitor: Visitor, detail: SkillDetail) -> None:
    try:
        found = skills.instructions(visitor.api, detail.name)
    except RefusedError as error:
        if not error.missing:
            raise
        empty.draw(say("skill.not_served"), say("skill.not_served_advice"), ":material/visibility_off:")
        return
    if st.toggle(say("skill.as_file"), key="reading_as_file"):
        st.code(found.text, language="markdown", wrap_lines=True)
        return
    with st.container(border=True):
        st.markdown(instructions(_body(found.text)), anchors=False)


def _body(text: str) -> str:
    try:
        return parse(text).body
    except InvalidInputError:
        return text
