"""Users of identity providers: what is kept of them, adding one, and what may be done with each."""

from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import asking, empty, moments, paging
from mcpskills_dashboard.administration import changing_users, granting
from mcpskills_dashboard.client import principals
from mcpskills_dashboard.client.principals import User, UserPage
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

_COLUMNS: Final = (3.6, 2.6, 3.4, 1.2)


def draw(visitor: Visitor) -> None:
    page = principals.users(visitor.api, cursor=paging.cursor("users"), limit=paging.ROWS)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("users.explained"))
        if visitor.may(Scope.USERS_WRITE) and st.button(say("users.new"), type="primary", icon=":material/person_add:"):
            asking.ask(changing_users.adding(visitor, page.revision))
    if not page.users:
        empty.draw(say("users.none"), say("users.none_advice"), ":material/group:")
        return
    with st.container(border=True, gap="small"):
        for place, user in enumerate(page.users):
            _row(visitor, user, page, place)
    paging.controls("users", page.next_cursor, say("users.count", count=page.total))


def _row(visitor: Visitor, user: User, page: UserPage, place: int) -> None:
    named, given, times, actions = st.columns(_COLUMNS, gap="small", vertical_alignment="center")
    with named:
        out = f" :red-badge[{say('users.disabled')}]" if user.disabled else ""
        st.markdown(
            f"**{plain(user.name)}**{out}  \n:small[{code(user.subject)} {say('users.of')} {code(user.issuer)}]"
        )
    with given:
        st.markdown(_given(user))
    with times:
        seen = say("users.seen", ago=moments.ago(user.last_used_at)) if user.last_used_at else say("users.unseen")
        added = say("users.added_by", actor=plain(user.created_by), at=moments.at(user.created_at))
        st.markdown(f":small[:gray[{seen}  \n{added}]]")
    with actions:
        if visitor.may(Scope.USERS_WRITE) and granting.may_give(visitor, user.roles):
            _offer(visitor, user, page, place)


def _offer(visitor: Visitor, user: User, page: UserPage, place: int) -> None:
    wished = st.menu_button(
        say("settings.actions"),
        ["change", "let_in" if user.disabled else "shut_out", "forget"],
        format_func=lambda action: say(f"users.action.{action}"),
        type="tertiary",
        key=f"user_{place}",
    )
    if wished == "change":
        asking.ask(changing_users.changing(visitor, user, page.revision))
    elif wished in {"let_in", "shut_out"}:
        asking.ask(changing_users.shutting(visitor, user, page.revision))
    elif wished == "forget":
        asking.ask(changing_users.forgetting(visitor, user))


def _given(user: User) -> str:
    first = granting.badges(user.roles) or f":gray[{say('users.no_roles')}]"
    groups = [say("settings.in_groups", groups=plain(", ".join(sorted(user.groups))))] if user.groups else []
    plan = [say("settings.has_plan", plan=plain(user.plan))] if user.plan else []
    more = " · ".join([*groups, *plan])
    return f"{first}  \n:small[:gray[{more}]]" if more else first
