"""Looking for entries: the fields above the listing, and the listing with one entry shown whole."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final

import streamlit as st

from mcpskills_dashboard import actions, empty, fragments, moments, navigation, opened, paging, problems
from mcpskills_dashboard.client import audit
from mcpskills_dashboard.client.audit import Entry, EntryPage, Wanted
from mcpskills_dashboard.language import say
from mcpskills_dashboard.trail import telling
from mcpskills_dashboard.visitor import Visitor

ENTRY: Final = "entry"
"""Of the address: the sequence of the entry that is shown whole."""

_ACTION: Final = "action"
_ROWS: Final = 50
_LONGEST: Final = 300
_WIDTHS: Final = (2, 2, 2, 1.4, 1.4)


def wanted() -> Wanted:
    """Draw the fields, and give what they say. The address may fill in actor, action and skill."""
    columns = st.columns(_WIDTHS, vertical_alignment="bottom")
    with columns[0]:
        actor = st.text_input(say("audit.column.actor"), key="actor", bind="query-params", max_chars=_LONGEST)
    with columns[1]:
        action = _action()
    with columns[2]:
        skill = st.text_input(say("audit.column.skill"), key="skill", bind="query-params", max_chars=_LONGEST)
    with columns[3]:
        since = st.date_input(say("audit.since"), value=None, format="YYYY-MM-DD", key="audit_since")
    with columns[4]:
        until = st.date_input(say("audit.until"), value=None, format="YYYY-MM-DD", key="audit_until")
    return Wanted(
        actor=actor.strip() or None,
        action=action,
        skill=skill.strip() or None,
        since=_begins(since) if isinstance(since, date) else None,
        until=_begins(until + timedelta(days=1)) if isinstance(until, date) else None,
    )


def draw(visitor: Visitor, looked_for: Wanted) -> None:
    """The entries that are looked for, the newest first; and the one whole that the address names."""
    cursor = paging.cursor("audit", looked_for)
    page = audit.newest(visitor.api, looked_for, before=cursor, limit=_ROWS)
    if page.entries:
        _listed(page)
    elif page.next_before is None:
        empty.draw(say("audit.none"), say("audit.none_advice"), ":material/search_off:")
    else:
        st.info(say("audit.none_here", sequence=page.next_before), icon=":material/search:")
    following = None if page.next_before is None else str(page.next_before)
    paging.controls("audit", following, say("audit.count", count=page.head.sequence))
    if asked := opened.asked(ENTRY):
        _show(visitor, asked, page.entries)


def _action() -> str | None:
    key = "audit_action"
    if key not in st.session_state:
        st.session_state[key] = navigation.parameter(_ACTION)
    known = list(actions.COLOURS)
    asked = st.session_state[key]
    return st.selectbox(
        say("audit.column.action"),
        known if asked is None or asked in known else [*known, asked],
        index=None,
        format_func=actions.named,
        placeholder=say("audit.any"),
        key=key,
        on_change=_choose_action,
        args=(key,),
    )


def _choose_action(key: str) -> None:
    # Streamlit's own way would have the address say the words of a language.
    if (action := st.session_state[key]) is None:
        st.query_params.pop(_ACTION, None)
    else:
        st.query_params[_ACTION] = action


def _begins(day: date) -> datetime:
    """The first moment of a day where the reader is."""
    return datetime.combine(day, time(), moments.zone())


def _listed(page: EntryPage) -> None:
    key = f"audit_entries_{page.entries[0].sequence}"
    st.dataframe(
        [_row(entry) for entry in page.entries],
        hide_index=True,
        height="content",
        on_select=partial(_choose, key, page.entries),
        selection_mode="single-row",
        key=key,
        column_config={
            "sequence": st.column_config.NumberColumn(say("audit.column.sequence"), width=60, format="%d"),
            "at": st.column_config.TextColumn(say("audit.column.at"), width=150),
            "actor": st.column_config.TextColumn(say("audit.column.actor"), width=140),
            "action": st.column_config.TextColumn(say("audit.column.action"), width=130),
            "skill": st.column_config.TextColumn(say("audit.column.skill"), width=130),
            "detail": st.column_config.TextColumn(say("audit.column.detail"), width="large"),
        },
        alt=say("audit.listing"),
    )


def _choose(key: str, entries: Sequence[Entry]) -> None:
    for place in st.session_state[key]["selection"]["rows"]:
        opened.show(ENTRY, str(entries[place].sequence))


def _row(entry: Entry) -> dict[str, str | int]:
    return {
        "sequence": entry.sequence,
        "at": moments.exactly(entry.at).rpartition(" ")[0],
        "actor": entry.actor,
        "action": actions.named(entry.action),
        "skill": entry.skill or "",
        "detail": telling.line(entry),
    }


def _show(visitor: Visitor, asked: str, known: Sequence[Entry]) -> None:
    sequence = int(asked) if asked.isascii() and asked.isdecimal() else 0

    @fragments.dialog(say("audit.entry", sequence=sequence), on_dismiss=partial(opened.close, ENTRY))
    def dialog() -> None:
        with problems.part():
            found = next((entry for entry in known if entry.sequence == sequence), None)
            found = found or audit.one(visitor.api, sequence)
            if found is None:
                st.info(say("audit.no_entry"), icon=":material/info:")
            else:
                telling.whole(found)

    dialog()
