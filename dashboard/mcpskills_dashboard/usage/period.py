"""The time that figures are of: the address says which, so that a link to a page of figures says the same."""

from typing import Final

import streamlit as st

from mcpskills_dashboard import navigation
from mcpskills_dashboard.client.statistics import PERIODS, Period
from mcpskills_dashboard.language import say

PARAMETER: Final = "period"
USUAL: Final[Period] = "7d"
_KEY: Final = "usage_period"


def chosen() -> Period:
    """Draw the choice, and give what is chosen."""
    asked = navigation.parameter(PARAMETER)
    found: Period = next((each for each in PERIODS if each == asked), USUAL)
    st.session_state[_KEY] = found
    st.segmented_control(
        say("analytics.period"),
        PERIODS,
        required=True,
        format_func=lambda each: say(f"analytics.periods.{each}"),
        key=_KEY,
        on_change=_choose,
        label_visibility="collapsed",
    )
    return found


def has_hours(period: Period) -> bool:
    """Whether its series is of hours, which are the reader's; days are those of UTC."""
    return period == "24h"


def _choose() -> None:
    st.query_params[PARAMETER] = st.session_state[_KEY]
