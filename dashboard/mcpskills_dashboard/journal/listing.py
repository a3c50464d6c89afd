"""The listing: what comes while one looks, or page by page what came until one paused; and one request whole."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import streamlit as st

from mcpskills_dashboard import empty, fragments, moments, opened, paging, problems
from mcpskills_dashboard.client import logs
from mcpskills_dashboard.client.logs import Invocation, Wanted
from mcpskills_dashboard.journal import filters, streams, telling
from mcpskills_dashboard.journal.filters import CALL
from mcpskills_dashboard.journal.following import MOST, Tail
from mcpskills_dashboard.language import say
from mcpskills_dashboard.visitor import Visitor

_SECONDS: Final = 1.0
_ROWS: Final = 50
_LIVE, _TAIL = "logs_live", "logs_tail"
_COLUMNS: Final = {
    "at": 115,
    "status": 95,
    "method": 125,
    "skill": 140,
    "duration": 75,
    "principal": 135,
    "error": 260,
}


def is_live() -> bool:
    """Draw what pauses and goes on, and say which of both it is."""
    return st.toggle(say("logs.live"), value=True, key=_LIVE, help=say("logs.live_help"))


def draw(visitor: Visitor, wanted: Wanted, *, live: bool) -> None:
    """The requests that are wanted, the newest first; and the one whole that the address names."""
    if live:
        _follow(visitor, wanted)
    else:
        _pages(visitor, wanted)
    if asked := opened.asked(CALL):
        _show(visitor, asked)


def _follow(visitor: Visitor, wanted: Wanted) -> None:
    """Each look takes what is new; while one is shown whole, nothing moves."""
    stands = opened.asked(CALL) is not None

    @fragments.fragment(run_every=None if stands else _SECONDS)
    def look() -> None:
        if opened.asked(CALL) is not None and not stands:
            st.rerun()
        tail = _tail(wanted)
        with problems.part(missing=say("logs.no_journal")):
            tail.look(visitor.api)
            if tail.hurried:
                st.warning(say("logs.hurried"), icon=":material/speed:")
        if tail.rows:
            _table(tail.rows)
            shown = say("logs.following", count=len(tail.rows), when=_clock())
            st.caption(f"{shown} {say('logs.pause_for_more')}" if len(tail.rows) == MOST else shown)
        elif any(wanted.told().values()):
            empty.draw(say("logs.none"), say("logs.none_live_advice"), ":material/hourglass_empty:")
        else:
            empty.draw(say("logs.nobody_called"), say("logs.nobody_called_advice"), ":material/hourglass_empty:")
        if tail.refused:
            st.caption(say("logs.not_told"))

    look()


def _pages(visitor: Visitor, wanted: Wanted) -> None:
    paused = _paused(wanted)
    with problems.part(missing=say("logs.no_journal")):
        cursor = paging.cursor("logs", paused)
        page = logs.newest(visitor.api, paused, cursor=cursor, limit=_ROWS)
        if page.invocations:
            _table(page.invocations)
        elif page.next_cursor is None:
            empty.draw(say("logs.none"), say("logs.none_advice"), ":material/search_off:")
        else:
            st.info(say("logs.none_here"), icon=":material/search:")
        paging.controls("logs", page.next_cursor)


def _paused(wanted: Wanted) -> Wanted:
    """Up to the newest that was seen, so that nothing moves any more."""
    tail: Tail | None = st.session_state.get(_TAIL)
    if tail is not None:
        tail.stop()
    if wanted.until is not None or tail is None or not tail.rows:
        return wanted
    return replace(wanted, until=tail.rows[0].at + timedelta(milliseconds=1))


def _tail(wanted: Wanted) -> Tail:
    """What this visitor follows; from the beginning when they look for something else."""
    tail: Tail | None = st.session_state.get(_TAIL)
    if tail is None or tail.wanted != wanted:
        if tail is not None:
            tail.stop()
        tail = st.session_state[_TAIL] = Tail(wanted, streams.kept())
    return tail


def _clock() -> str:
    return f"{datetime.now(moments.zone()):%H:%M:%S}"


def _table(calls: Sequence[Invocation]) -> None:
    key = _key()
    st.dataframe(
        [telling.line(call) for call in calls],
        hide_index=True,
        height="content" if len(calls) < _ROWS else 560,
        on_select=partial(_choose, key, calls),
        selection_mode="single-row",
        key=key,
        column_config={
            name: st.column_config.TextColumn(say(f"logs.column.{name}"), width=width)
            for name, width in _COLUMNS.items()
        },
        alt=say("logs.listing"),
    )


def _key() -> str:
    return f"logs_rows_{filters.times_closed()}"


def _choose(key: str, calls: Sequence[Invocation]) -> None:
    if key != _key():
        # What is pressed before the browser heard that it was closed comes with the old choice.
        return
    for place in st.session_state[key]["selection"]["rows"]:
        opened.show(CALL, calls[place].id)


def _show(visitor: Visitor, asked: str) -> None:
    @fragments.dialog(say("logs.one"), on_dismiss=filters.close)
    def dialog() -> None:
        with problems.part(missing=say("logs.gone")):
            telling.whole(visitor, logs.one(visitor.api, asked), filters.narrow)

    dialog()
