"""Changing what is kept of users: what is asked before."""

from typing import Any, Final

import streamlit as st

from mcpskills.errors import InvalidInputError
from mcpskills_dashboard.administration import granting
from mcpskills_dashboard.asking import Question
from mcpskills_dashboard.client import principals
from mcpskills_dashboard.client.principals import User
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

_LONGEST_NAME: Final = 200
_ICON: Final = ":material/person:"


def adding(visitor: Visitor, revision: int) -> Question:
    wanted: dict[str, Any] = {}
    whom: dict[str, str] = {}

    def show() -> None:
        whom["issuer"] = st.text_input(say("users.issuer"), key="user_issuer", help=say("users.issuer_help")).strip()
        whom["subject"] = st.text_input(
            say("users.subject"), key="user_subject", help=say("users.subject_help")
        ).strip()
        wanted.update(_fields(visitor, None))

    def act(_: str) -> str:
        if not (whom["issuer"] and whom["subject"] and wanted["name"]):
            raise InvalidInputError(say("users.incomplete"))
        principals.put_user(visitor.api, whom["issuer"], whom["subject"], {**wanted, "disabled": False}, revision)
        return say("users.added", name=plain(wanted["name"]))

    return Question(
        title=say("users.new"),
        explained=say("users.new_explained"),
        button=say("users.add"),
        act=act,
        asks_reason=False,
        show=show,
        icon=_ICON,
    )


def changing(visitor: Visitor, user: User, revision: int) -> Question:
    wanted: dict[str, Any] = {}

    def act(_: str) -> str:
        if not wanted["name"]:
            raise InvalidInputError(say("users.no_name"))
        said = {**wanted, "disabled": user.disabled}
        principals.put_user(visitor.api, user.issuer, user.subject, said, revision)
        return say("users.changed", name=plain(user.name))

    return Question(
        title=say("users.change"),
        explained=say("users.change_explained", subject=code(user.subject)),
        button=say("settings.save"),
        act=act,
        asks_reason=False,
        show=lambda: wanted.update(_fields(visitor, user)),
        icon=_ICON,
    )


def shutting(visitor: Visitor, user: User, revision: int) -> Question:
    """Shut somebody out whatever their tokens say, or let them in again."""
    kept = {"name": user.name, "roles": list(user.roles), "groups": list(user.groups), "plan": user.plan}

    def act(_: str) -> str:
        said = {**kept, "disabled": not user.disabled}
        principals.put_user(visitor.api, user.issuer, user.subject, said, revision)
        return say("users.is_in" if user.disabled else "users.is_out", name=plain(user.name))

    action = "let_in" if user.disabled else "shut_out"
    return Question(
        title=say(f"users.action.{action}"),
        explained=say(f"users.{action}_explained", name=plain(user.name)),
        button=say(f"users.action.{action}"),
        act=act,
        name=None if user.disabled else user.name,
        asks_reason=False,
        icon=_ICON,
    )


def forgetting(visitor: Visitor, user: User) -> Question:
    def act(_: str) -> str:
        principals.forget_user(visitor.api, user.issuer, user.subject)
        return say("users.forgotten", name=plain(user.name))

    return Question(
        title=say("users.action.forget"),
        explained=say("users.forget_explained", name=plain(user.name)),
        button=say("users.action.forget"),
        act=act,
        name=user.name,
        asks_reason=False,
    )


def _fields(visitor: Visitor, user: User | None) -> dict[str, Any]:
    which = "new" if user is None else f"{user.issuer} {user.subject}"
    name = st.text_input(
        say("users.name"), value=user.name if user else "", max_chars=_LONGEST_NAME, key=f"user_name_{which}"
    )
    return {
        "name": name.strip(),
        "roles": granting.roles_field(visitor, f"user_roles_{which}", user.roles if user else (), needed=False),
        "groups": granting.groups_field(visitor, f"user_groups_{which}", user.groups if user else ()),
        "plan": granting.plan_field(visitor, f"user_plan_{which}", user.plan if user else None),
    }
