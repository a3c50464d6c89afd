"""What keys and users are given: fields for roles, groups and plan, which offer no more than the visitor may give."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

import streamlit as st

from mcpskills import access
from mcpskills.access import Role, Scope
from mcpskills.errors import McpSkillsError
from mcpskills_dashboard import language, moments
from mcpskills_dashboard.client import tenant
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor

_MOST_GROUPS: Final = 100


def role_name(role: str) -> str:
    key = f"common.role.{role}"
    return say(key) if language.has(key) else role


def badges(roles: Iterable[str], colour: str = "blue") -> str:
    """The roles as marks in a row, Markdown."""
    return " ".join(f":{colour}-badge[{plain(role_name(role))}]" for role in roles)


def may_give(visitor: Visitor, roles: Iterable[str], only: Iterable[str] = ()) -> bool:
    """Whether the visitor has all that these give; groups are looked at by the server alone."""
    return all(visitor.may(scope) for scope in access.scopes(roles, only))


def roles_field(visitor: Visitor, key: str, chosen: Sequence[str] = (), *, needed: bool) -> list[str]:
    offered = [role.value for role in Role if may_give(visitor, [role.value])]
    return st.multiselect(
        say("settings.roles"),
        offered,
        default=[role for role in chosen if role in offered],
        format_func=role_name,
        help=None if needed else say("settings.roles_beside"),
        select_all=False,
        placeholder=say("settings.choose_roles"),
        key=key,
    )


def groups_field(visitor: Visitor, key: str, chosen: Sequence[str] = ()) -> list[str]:
    offered = sorted({*visitor.me.groups, *chosen})
    return st.multiselect(
        say("settings.groups"),
        offered,
        default=list(chosen),
        accept_new_options=True,
        max_selections=_MOST_GROUPS,
        select_all=False,
        help=say("settings.groups_help"),
        placeholder=say("settings.choose_groups"),
        key=key,
    )


def plan_field(visitor: Visitor, key: str, chosen: str | None = None) -> str | None:
    """A plan for whom it concerns; owners alone give one, so others see no field and leave it as it is."""
    if not visitor.may(Scope.TENANT_WRITE):
        return chosen
    offered = sorted({*_plans(visitor), *([chosen] if chosen else [])})
    return st.selectbox(
        say("settings.plan"),
        offered,
        index=offered.index(chosen) if chosen else None,
        placeholder=say("settings.tenants_plan"),
        key=key,
    )


def end_field(key: str, chosen: datetime | None = None) -> str | None:
    """The last day as a date; gives the moment at which it is over where the reader is, for the API."""
    shown = None if chosen is None else (chosen.astimezone(moments.zone()) - timedelta(microseconds=1)).date()
    day = st.date_input(
        say("settings.last_day"), value=shown, format="YYYY-MM-DD", help=say("settings.last_day_help"), key=key
    )
    if not isinstance(day, date):
        return None
    if day == shown and chosen is not None:
        return chosen.isoformat()
    return datetime.combine(day + timedelta(days=1), time(), moments.zone()).isoformat()


def _plans(visitor: Visitor) -> Iterable[str]:
    try:
        return [plan.name for plan in tenant.shown(visitor.api).plans]
    except McpSkillsError:
        # A key can be given without: who sees no plans gives none.
        return []
