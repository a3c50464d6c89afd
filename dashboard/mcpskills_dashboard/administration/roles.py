"""Roles: what the visitor may do, and what each role gives."""

from typing import Final

import streamlit as st

from mcpskills_dashboard import moments
from mcpskills_dashboard.administration import granting
from mcpskills_dashboard.client import principals
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

_YES: Final = ":green[:material/check:]"


def draw(visitor: Visitor) -> None:
    _visitor(visitor)
    st.subheader(say("roles.all"), anchor=False)
    st.caption(say("roles.explained"))
    known = principals.roles(visitor.api).roles
    scopes = list(dict.fromkeys(scope for role in known for scope in sorted(role.scopes)))
    lines = [
        f"| | {' | '.join(granting.role_name(role.name) for role in known)} | {say('roles.you')} |",
        "| --- " + "| :-: " * (len(known) + 1) + "|",
    ]
    for scope in scopes:
        held = [*(scope in role.scopes for role in known), visitor.may(scope)]
        lines.append(f"| {code(scope)} | {' | '.join(_YES if each else moments.NOTHING for each in held)} |")
    st.markdown("\n".join(lines))


def _visitor(visitor: Visitor) -> None:
    me = visitor.me
    groups = plain(", ".join(sorted(me.groups))) or moments.NOTHING
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(me.name)}** {granting.badges(me.roles)}")
        facts = (
            (say("roles.id"), code(me.id)),
            (say("roles.tenant"), plain(me.tenant)),
            (say("settings.groups"), groups),
            (say("settings.plan"), plain(me.plan) if me.plan else say("settings.tenants_plan")),
        )
        st.markdown(" · ".join(f":gray[{name}] {value}" for name, value in facts))
