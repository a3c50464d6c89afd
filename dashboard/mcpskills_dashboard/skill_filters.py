"""Which skills are looked for, and in which order: the fields above the listing. The address may fill in each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import navigation, standing
from mcpskills_dashboard.language import say
from mcpskills_dashboard.visitor import Visitor

_LISTED: Final = ("name", "updated", "owner")
_RANKED: Final = ("calls", "errors", "error_rate", "p95", "users")
"""Orders by figures, for who may read statistics."""

_STATUSES: Final = ("", "ACTIVE", "INACTIVE", "ERROR", "DRAFT")
_LONGEST_WORDS: Final = 200
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """`order` is name, updated, owner or a figure. What is empty lets every skill through."""

    words: str
    status: str
    owner: str
    tag: str
    order: str

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.status or self.owner or self.tag)


def wanted(visitor: Visitor) -> Wanted:
    """Draw the fields, and give what they say."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            say("skills.search"),
            key="skills_search",
            placeholder=say("skills.search_example"),
            icon=":material/search:",
            max_chars=_LONGEST_WORDS,
            bind="query-params",
        )
        owner = st.text_input(
            say("skills.column.owner"), key="owner", max_chars=_LONGEST, width=140, bind="query-params"
        )
        tag = st.text_input(say("skills.tag"), key="tag", max_chars=_LONGEST, width=140, bind="query-params")
        status = _chosen("status", navigation.parameter("status"), _STATUSES, _status)
        orders = (*_LISTED, *(_RANKED if visitor.may(Scope.STATISTICS_READ) else ()))
        order = _chosen("order", navigation.parameter("order"), orders, lambda each: say(f"skills.by.{each}"))
    return Wanted(words.strip(), status, owner.strip(), tag.strip(), order)


def _status(status: str) -> str:
    return standing.named(status) if status else say("skills.every_status")


def _chosen(name: str, asked: str | None, options: Sequence[str], told: Callable[[str], str]) -> str:
    """A choice that the address keeps; the first option is the usual one, and is not told there."""
    key = f"skills_{name}"
    found = next((each for each in options if each == asked), options[0])
    st.session_state[key] = found
    st.selectbox(
        say(f"skills.{name}"),
        options,
        format_func=told,
        key=key,
        # Streamlit's own way would have the address say the words of a language.
        on_change=partial(_choose, name, key, options[0]),
        width=170,
    )
    return found


def _choose(name: str, key: str, usual: str) -> None:
    if (chosen := st.session_state[key]) == usual:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = chosen
