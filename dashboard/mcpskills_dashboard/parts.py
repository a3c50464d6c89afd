"""Parts of a page, one of which is shown: the address says which, so that a link can lead to it in any language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import navigation
from mcpskills_dashboard.language import say
from mcpskills_dashboard.visitor import Visitor

PARAMETER: Final = "part"


@dataclass(frozen=True, slots=True)
class Part:
    """Its words are `<page>.part.<name>`. Without the scope it is not offered."""

    name: str
    scope: Scope | None
    draw: Callable[[Visitor], None]


def draw(page: str, parts: Sequence[Part], visitor: Visitor) -> None:
    """The choice among the parts that are for the visitor, and the one that the address names, else the first."""
    offered = {part.name: part for part in parts if visitor.may(part.scope)}
    asked = navigation.parameter(PARAMETER)
    key = f"{page}_part"
    st.session_state[key] = asked if asked in offered else next(iter(offered))
    st.segmented_control(
        say("common.parts"),
        list(offered),
        required=True,
        format_func=lambda name: say(f"{page}.part.{name}"),
        key=key,
        on_change=_choose,
        args=(key,),
        label_visibility="collapsed",
    )
    offered[st.session_state[key]].draw(visitor)


def _choose(key: str) -> None:
    # Streamlit's own way would have the address say the words of a language.
    st.query_params[PARAMETER] = st.session_state[key]
