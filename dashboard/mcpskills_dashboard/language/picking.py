"""Choosing a language."""

import streamlit as st

from mcpskills_dashboard import language
from mcpskills_dashboard.language import say


def draw() -> None:
    """Languages by their own names; whoever cannot read this one finds theirs."""
    names = list(language.NAMES)
    st.segmented_control(
        say("common.language"),
        names,
        default=language.chosen(),
        format_func=lambda name: language.NAMES[name],
        key="language_choice",
        on_change=_choose,
        label_visibility="collapsed",
        required=True,
    )


def _choose() -> None:
    language.choose(st.session_state["language_choice"] or language.DEFAULT)
