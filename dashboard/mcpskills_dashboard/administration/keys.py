"""API keys: which there are, making one, and what may be done with each."""

from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import asking, empty, moments, paging
from mcpskills_dashboard.administration import changing_keys, granting
from mcpskills_dashboard.client import principals
from mcpskills_dashboard.client.principals import Key, KeyPage
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

_COLUMNS: Final = (2.8, 3.0, 3.8, 1.2)
_SOON: Final = timedelta(days=7)


def draw(visitor: Visitor) -> None:
    changing_keys.secret_once()
    page = principals.keys(visitor.api, cursor=paging.cursor("keys"), limit=paging.ROWS)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("keys.explained"))
        if visitor.may(Scope.USERS_WRITE) and st.button(say("keys.new"), type="primary", icon=":material/add:"):
            asking.ask(changing_keys.making(visitor))
    if not page.keys:
        empty.draw(say("keys.none"), say("keys.none_advice"), ":material/key:")
        return
    with st.container(border=True, gap="small"):
        for key in page.keys:
            _row(visitor, key, page)
    paging.controls("keys", page.next_cursor, say("keys.count", count=page.total))


def _row(visitor: Visitor, key: Key, page: KeyPage) -> None:
    named, given, times, actions = st.columns(_COLUMNS, gap="small", vertical_alignment="center")
    with named:
        st.markdown(f"**{plain(key.name)}** {_state(key)}  \n:small[{code(key.id)}]")
    with given:
        st.markdown(_given(key))
    with times:
        st.markdown(f":small[:gray[{_times(key)}]]")
    with actions:
        if key.status == "active" and visitor.may(Scope.USERS_WRITE):
            _offer(visitor, key, page)


def _offer(visitor: Visitor, key: Key, page: KeyPage) -> None:
    if not granting.may_give(visitor, key.roles, key.scopes):
        st.markdown(f":small[:gray[{say('keys.beyond')}]]")
        return
    wished = st.menu_button(
        say("settings.actions"),
        ["change", "rotate", "revoke"],
        format_func=lambda action: say(f"keys.action.{action}"),
        type="tertiary",
        key=f"key_{key.id}",
    )
    if wished == "change":
        asking.ask(changing_keys.changing(visitor, key, page.revision))
    elif wished == "rotate":
        asking.ask(changing_keys.rotating(visitor, key))
    elif wished == "revoke":
        asking.ask(changing_keys.revoking(visitor, key))


def _state(key: Key) -> str:
    if key.status != "active":
        return f":gray-badge[{say('keys.revoked')}]"
    if key.expires_at is not None and key.expires_at - datetime.now(UTC) < _SOON:
        return f":orange-badge[{say('keys.ends_soon')}]"
    return ""


def _given(key: Key) -> str:
    colour = "blue" if key.status == "active" else "gray"
    first = granting.badges(key.roles, colour)
    only = [say("keys.only", scopes=", ".join(map(code, sorted(key.scopes))))] if key.scopes else []
    groups = [say("settings.in_groups", groups=plain(", ".join(sorted(key.groups))))] if key.groups else []
    plan = [say("settings.has_plan", plan=plain(key.plan))] if key.plan else []
    more = " · ".join([*only, *groups, *plan])
    return f"{first}  \n:small[:gray[{more}]]" if more else first


def _times(key: Key) -> str:
    if key.revoked_at is not None:
        by = say("keys.revoked_by", actor=plain(key.revoked_by or ""), at=moments.at(key.revoked_at))
        return f"{by}  \n{plain(key.revoked_because or '')}"
    used = say("keys.used", ago=moments.ago(key.last_used_at)) if key.last_used_at else say("keys.unused")
    ends = say("keys.ends", at=moments.at(key.expires_at)) if key.expires_at else say("keys.endless")
    return f"{used} · {ends}  \n{say('keys.made_by', actor=plain(key.created_by), at=moments.at(key.created_at))}"
