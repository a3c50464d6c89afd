"""What of a listing is shown whole: the address names it, so that a link can lead to it, until somebody closes it."""

import time
from typing import Final

import streamlit as st

from mcpskills_dashboard import navigation

_LATE_SECONDS: Final = 5.0
"""How long a browser may take to hear of it: what is pressed meanwhile comes with the old address, to a second dialog."""


def asked(parameter: str) -> str | None:
    """What the address names by this parameter; None for what was closed just now."""
    value = navigation.parameter(parameter)
    closed, when = st.session_state.get(_key(parameter), (None, 0.0))
    return None if value == closed and time.monotonic() - when < _LATE_SECONDS else value


def show(parameter: str, value: str) -> None:
    """Have the address name it."""
    st.session_state.pop(_key(parameter), None)
    st.query_params[parameter] = value


def close(parameter: str) -> None:
    """Have the address name nothing."""
    if (value := navigation.parameter(parameter)) is not None:
        st.session_state[_key(parameter)] = (value, time.monotonic())
        del st.query_params[parameter]


def _key(parameter: str) -> str:
    return f"closed_{parameter}"
