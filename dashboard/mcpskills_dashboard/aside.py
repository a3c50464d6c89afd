"""What stands beside every page: who is signed in, the language, and the way out."""

import streamlit as st

from mcpskills_dashboard import appearance, language, navigation, signing_in
from mcpskills_dashboard.language import picking, say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor


def draw(visitor: Visitor) -> None:
    me = visitor.me
    st.logo(appearance.ICON, size="large")
    with st.sidebar:
        navigation.draw(visitor)
        st.space("small")
        roles = ", ".join(map(_role, me.roles))
        st.markdown(f"**{plain(me.name)}**  \n:small[{plain(' · '.join(filter(None, (roles, me.tenant))))}]")
        picking.draw()
        st.button(say("common.sign_out"), icon=":material/logout:", on_click=signing_in.sign_out, width="stretch")


def _role(role: str) -> str:
    key = f"common.role.{role}"
    return say(key) if language.has(key) else role
