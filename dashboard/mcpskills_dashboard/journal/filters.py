"""What is looked for: the fields above the listing. The address may fill in each of them but the days."""

from datetime import date, datetime, time, timedelta
from typing import Final

import streamlit as st

from mcpskills_dashboard import moments, navigation, opened
from mcpskills_dashboard.client.logs import Wanted
from mcpskills_dashboard.journal import telling
from mcpskills_dashboard.language import say

CALL: Final = "call"
"""Of the address: the id of the request that is shown whole."""

_ASKED_STATUS: Final = "status"
_TEXTS: Final = ("skill", "principal", "session", "text")
_LONGEST: Final = 300
_STATUS: Final = "logs_status"
_CLOSED: Final = "logs_closed"


def wanted(*, live: bool) -> Wanted:
    """Draw the fields, and give what they say. Who follows looks at what is new: there is no choice of days."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        skill = _field("skill")
        status = _status()
        principal = _field("principal", say("logs.principal_help"))
        session = _field("session")
        text = _field("text", say("logs.text_help"))
    since, until = (None, None) if live else _days()
    return Wanted(skill, status, principal, session, text, since, until)


def narrow(name: str, value: str) -> None:
    """Offer to look for this alone; for a dialog."""
    label, icon = say(f"logs.only_{name}"), ":material/filter_alt:"
    if name not in st.session_state:
        # Where there are no fields, the page that has them is the one to go to.
        navigation.link("logs", label, icon=icon, **{name: value})
    elif st.button(label, icon=icon, type="tertiary", key=f"logs_only_{name}", on_click=_look_for, args=(name, value)):
        st.rerun()


def close() -> None:
    """No request is shown whole any more, and none is chosen in the listing: another key, another choice."""
    opened.close(CALL)
    st.session_state[_CLOSED] = times_closed() + 1


def times_closed() -> int:
    times: int = st.session_state.get(_CLOSED, 0)
    return times


def _look_for(name: str, value: str) -> None:
    for each in _TEXTS:
        st.session_state[each] = value if each == name else ""
    st.session_state[_STATUS] = None
    _say_status(None)
    close()


def _field(name: str, hint: str | None = None) -> str | None:
    label = say(f"logs.column.{name}")
    return st.text_input(label, key=name, bind="query-params", max_chars=_LONGEST, help=hint).strip() or None


def _status() -> str | None:
    if _STATUS not in st.session_state:
        asked = navigation.parameter(_ASKED_STATUS)
        st.session_state[_STATUS] = asked if asked in telling.STATUSES else None
    return st.selectbox(
        say("logs.column.status"),
        telling.STATUSES,
        index=None,
        format_func=telling.status,
        placeholder=say("logs.any"),
        key=_STATUS,
        on_change=_choose_status,
        width=170,
    )


def _choose_status() -> None:
    # Streamlit's own way would have the address say the words of a language.
    _say_status(st.session_state[_STATUS])


def _say_status(status: str | None) -> None:
    if status is None:
        st.query_params.pop(_ASKED_STATUS, None)
    else:
        st.query_params[_ASKED_STATUS] = status


def _days() -> tuple[datetime | None, datetime | None]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = st.date_input(say("logs.since"), value=None, format="YYYY-MM-DD", key="logs_since", width=180)
        until = st.date_input(say("logs.until"), value=None, format="YYYY-MM-DD", key="logs_until", width=180)
    return (
        _begins(since) if isinstance(since, date) else None,
        _begins(until + timedelta(days=1)) if isinstance(until, date) else None,
    )


def _begins(day: date) -> datetime:
    """The first moment of a day where the reader is."""
    return datetime.combine(day, time(), moments.zone())
