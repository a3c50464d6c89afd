"""The drafts of a visit, by what they are drafts of: kept while the browser's page is open, and nowhere else."""

from typing import Final

import streamlit as st

from mcpskills_dashboard.editor.draft import Draft

NEW: Final = "new"
"""The draft of a skill that does not exist yet."""

_KEPT: Final = "drafts"
_MOST: Final = 5


def kept(which: str) -> Draft | None:
    found: Draft | None = st.session_state.get(_KEPT, {}).get(which)
    return found


def keep(which: str, draft: Draft) -> None:
    """Keep it; of many, those that were not looked at for the longest time are forgotten."""
    drafts = {other: each for other, each in st.session_state.get(_KEPT, {}).items() if other != which}
    drafts[which] = draft
    st.session_state[_KEPT] = dict(list(drafts.items())[-_MOST:])


def drop(which: str) -> None:
    st.session_state.get(_KEPT, {}).pop(which, None)
