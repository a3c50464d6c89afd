"""Which skill the figures are of, as the address says it; without one of all skills."""

from typing import Final

import streamlit as st

from mcpskills_dashboard import navigation
from mcpskills_dashboard.language import say

PARAMETER: Final = "name"
_KEY: Final = "usage_name"


def chosen() -> str | None:
    """Draw the field for a name, and give the one that is chosen."""
    name = navigation.parameter(PARAMETER)
    st.session_state[_KEY] = name or ""
    st.text_input(
        say("analytics.figure.skill"),
        key=_KEY,
        on_change=_type,
        placeholder=say("analytics.every_skill"),
        icon=":material/search:",
        label_visibility="collapsed",
        width=240,
    )
    return name


def offer(label: str, name: str | None, *, key: str, icon: str | None = None) -> None:
    """What leads to another skill's figures, or to those of all with None, for the same time."""
    st.button(label, key=key, icon=icon, type="tertiary", on_click=_choose, args=(name,))


def _type() -> None:
    _choose(st.session_state[_KEY].strip())


def _choose(name: str | None) -> None:
    if name:
        st.query_params[PARAMETER] = name
    else:
        st.query_params.pop(PARAMETER, None)
