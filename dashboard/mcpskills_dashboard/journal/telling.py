"""A request in words: one line of the listing, and all of it."""

import json
from collections.abc import Callable
from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import moments, navigation
from mcpskills_dashboard.client.logs import Detail, Invocation
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

STATUSES: Final = ("SUCCESS", "ERROR", "TIMEOUT")
_SIGNS: Final = {"SUCCESS": "✓", "ERROR": "✕", "TIMEOUT": "◷"}
_BODY_LINES: Final = 14
_BODY_HEIGHT: Final = 340
_COLOURS: Final = {"SUCCESS": "green", "ERROR": "red", "TIMEOUT": "orange"}


def status(each: str) -> str:
    """How it ended, in words; one that we do not know as it is."""
    return f"{_SIGNS[each]} {say(f'logs.status.{each}')}" if each in _SIGNS else each


def line(call: Invocation) -> dict[str, str]:
    return {
        "at": f"{call.at.astimezone(moments.zone()):%m-%d %H:%M:%S}",
        "status": status(call.status),
        "method": call.method,
        "skill": named(call) or "",
        "duration": moments.took(call.duration_ms),
        "principal": call.principal_name or call.principal or say("logs.nobody"),
        "error": call.error or "",
    }


def named(call: Invocation) -> str | None:
    """The skill with its version, if it names one."""
    return call.skill if call.skill is None or call.version is None else f"{call.skill} v{call.version}"


def whole(visitor: Visitor, call: Detail, narrow: Callable[[str, str], None]) -> None:
    """Everything that is recorded of it. `narrow` offers what else is recorded with that value in a field of that name."""
    badge = f":{_COLOURS.get(call.status, 'gray')}-badge[{plain(status(call.status))}]"
    st.markdown(f"{badge} **{plain(call.method)}** {plain(named(call) or '')}")
    if call.error:
        st.error(plain(call.error), icon=":material/error:")
    rows = (
        ("at", moments.exactly(call.at)),
        ("duration", moments.took(call.duration_ms)),
        ("principal", _caller(call)),
        ("session", _code(call.session)),
        ("client_address", _code(call.client_address)),
        ("user_agent", plain(call.user_agent or moments.NOTHING)),
        ("id", code(call.id)),
    )
    head = f"| {say('logs.field')} | {say('logs.value')} |\n| --- | --- |\n"
    st.markdown(head + "\n".join(f"| {say(f'logs.column.{name}')} | {value} |" for name, value in rows))
    _body("parameters", call.parameters)
    _body("result", call.result)
    with st.container(horizontal=True, vertical_alignment="center"):
        if call.skill and visitor.may(Scope.SKILLS_READ):
            navigation.link("skill", say("logs.to_skill"), icon=":material/deployed_code:", name=call.skill)
        for name, value in (("session", call.session), ("principal", call.principal)):
            if value:
                narrow(name, value)


def _caller(call: Invocation) -> str:
    """By name and id, of which only the id is one person's alone."""
    if call.principal is None:
        return say("logs.nobody")
    return " ".join(filter(None, (plain(call.principal_name or ""), code(call.principal))))


def _code(text: str | None) -> str:
    return code(text) if text else moments.NOTHING


def _body(name: str, text: str | None) -> None:
    st.markdown(f"**{say(f'logs.column.{name}')}**")
    if text is None:
        st.caption(say("logs.no_body"))
        return
    readable = _readable(text)
    is_long = readable.count("\n") > _BODY_LINES
    st.code(readable, language="json", wrap_lines=True, height=_BODY_HEIGHT if is_long else "content")


def _readable(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        # It was too long and is cut.
        return text
