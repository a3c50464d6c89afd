"""Secrets of skills: which there are and who gets them. No value is ever shown, as nobody is told it."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills.errors import McpSkillsError
from mcpskills_dashboard import asking, empty, moments, navigation
from mcpskills_dashboard.administration import changing_secrets
from mcpskills_dashboard.client import secrets, skills
from mcpskills_dashboard.client.secrets import Secret
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

_COLUMNS: Final = (2.8, 3.6, 3.0, 1.2)
_OFFERED: Final = 200


def draw(visitor: Visitor) -> None:
    known = secrets.listed(visitor.api)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("secrets.explained"))
        if st.button(say("secrets.new"), type="primary", icon=":material/add:"):
            asking.ask(changing_secrets.setting(visitor, None))
    _listed(visitor, known)


def _listed(visitor: Visitor, known: Sequence[Secret]) -> None:
    if not known:
        empty.draw(say("secrets.none"), say("secrets.none_advice"), ":material/encrypted:")
        return
    with st.container(border=True, gap="small"):
        for secret in known:
            _row(visitor, secret)
    st.caption(say("secrets.count", count=len(known)))


def _row(visitor: Visitor, secret: Secret) -> None:
    named, given, times, actions = st.columns(_COLUMNS, gap="small", vertical_alignment="center")
    with named:
        st.markdown(code(secret.name))
    with given:
        if secret.damaged:
            st.markdown(f":small[:red[{say('secrets.damaged')}]]")
        else:
            _skills(visitor, secret)
    with times:
        if secret.updated_at is not None:
            said = say("secrets.set_by", version=secret.version, actor=plain(secret.updated_by or ""))
            st.markdown(f":small[:gray[{said}  \n{moments.at(secret.updated_at)}]]")
    with actions:
        _offer(visitor, secret)


def _skills(visitor: Visitor, secret: Secret) -> None:
    if not secret.skills:
        st.markdown(f":small[:gray[{say('secrets.nobody')}]]")
        return
    with st.container(horizontal=True, gap="small"):
        for name in sorted(secret.skills):
            if visitor.may(Scope.SKILLS_READ):
                navigation.link("skill", plain(name), name=name)
            else:
                st.markdown(plain(name), width="content")


def _offer(visitor: Visitor, secret: Secret) -> None:
    wished = st.menu_button(
        say("settings.actions"),
        ["remove"] if secret.damaged else ["value", "grants", "remove"],
        format_func=lambda action: say(f"secrets.action.{action}"),
        type="tertiary",
        key=f"secret_{secret.name}",
    )
    if wished == "value":
        asking.ask(changing_secrets.setting(visitor, secret))
    elif wished == "grants":
        asking.ask(changing_secrets.granting(visitor, secret, _some_skills(visitor)))
    elif wished == "remove":
        asking.ask(changing_secrets.removing(visitor, secret))


def _some_skills(visitor: Visitor) -> list[str]:
    """The first of them, to choose from; any other can be typed."""
    try:
        return [skill.name for skill in skills.listed(visitor.api, limit=_OFFERED).skills]
    except McpSkillsError:
        return []
