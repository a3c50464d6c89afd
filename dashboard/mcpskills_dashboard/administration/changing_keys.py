"""Changing API keys: what is asked before, and the secret of a new one, which is shown once."""

from typing import Any, Final

import streamlit as st
from pydantic import SecretStr

from mcpskills import access
from mcpskills.errors import InvalidInputError
from mcpskills_dashboard import moments
from mcpskills_dashboard.administration import granting
from mcpskills_dashboard.asking import Question
from mcpskills_dashboard.client import principals
from mcpskills_dashboard.client.principals import Key, NewKey
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor

_ONCE: Final = "key_shown_once"
_LONGEST_NAME: Final = 200
_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
_OVERLAPS: Final = {"none": 0, "hour": _HOUR, "day": _DAY, "week": 7 * _DAY, "month": 30 * _DAY}
_KEY_ICON: Final = ":material/key:"


def secret_once() -> None:
    """The key that was just made, until the visitor says that they have it."""
    kept: tuple[str, SecretStr] | None = st.session_state.get(_ONCE)
    if kept is None:
        return
    name, secret = kept
    with st.container(border=True):
        st.markdown(f":green-badge[{_KEY_ICON} {say('keys.made')}] **{plain(name)}**  \n{say('keys.once')}")
        st.code(secret.get_secret_value(), language=None, wrap_lines=True)
        if st.button(say("keys.kept"), icon=":material/check:", key="key_kept"):
            del st.session_state[_ONCE]
            st.rerun()


def making(visitor: Visitor) -> Question:
    wanted: dict[str, Any] = {}

    def act(_: str) -> str:
        return _once(principals.make_key(visitor.api, _complete(wanted)))

    return Question(
        title=say("keys.new"),
        explained=say("keys.new_explained"),
        button=say("keys.make"),
        act=act,
        asks_reason=False,
        show=lambda: wanted.update(_fields(visitor, None)),
        icon=_KEY_ICON,
    )


def changing(visitor: Visitor, key: Key, revision: int) -> Question:
    wanted: dict[str, Any] = {}

    def act(_: str) -> str:
        principals.change_key(visitor.api, key.id, _complete(wanted), revision)
        return say("keys.changed", name=plain(key.name))

    return Question(
        title=say("keys.change"),
        explained=say("keys.change_explained"),
        button=say("settings.save"),
        act=act,
        asks_reason=False,
        show=lambda: wanted.update(_fields(visitor, key)),
        icon=_KEY_ICON,
    )


def rotating(visitor: Visitor, key: Key) -> Question:
    wanted: dict[str, Any] = {}

    def show() -> None:
        overlap = st.selectbox(
            say("keys.overlap"),
            list(_OVERLAPS),
            index=list(_OVERLAPS).index("day"),
            format_func=lambda name: say(f"keys.overlap_of.{name}"),
            key="key_overlap",
        )
        wanted.update(overlap=_OVERLAPS[overlap], ends=granting.end_field("key_ends"))

    def act(_: str) -> str:
        return _once(principals.rotate_key(visitor.api, key.id, wanted["overlap"], wanted["ends"]))

    return Question(
        title=say("keys.rotating"),
        explained=say("keys.rotate_explained", name=plain(key.name)),
        button=say("keys.rotate"),
        act=act,
        asks_reason=False,
        show=show,
        icon=_KEY_ICON,
    )


def revoking(visitor: Visitor, key: Key) -> Question:
    used = moments.ago(key.last_used_at) if key.last_used_at else say("keys.never")

    def act(reason: str) -> str:
        principals.revoke_key(visitor.api, key.id, reason)
        return say("keys.is_revoked", name=plain(key.name))

    return Question(
        title=say("keys.revoke"),
        explained=say("keys.revoke_explained", name=plain(key.name), used=used),
        button=say("keys.revoke"),
        act=act,
        name=key.name,
    )


def _fields(visitor: Visitor, key: Key | None) -> dict[str, Any]:
    """The fields of a key, filled with what it has; what they say, as the API takes it."""
    which = "new" if key is None else key.id
    name = st.text_input(
        say("keys.name"),
        value=key.name if key else "",
        max_chars=_LONGEST_NAME,
        placeholder=say("keys.name_example"),
        key=f"key_name_{which}",
    )
    roles = granting.roles_field(visitor, f"key_roles_{which}", key.roles if key else (), needed=True)
    given = sorted(access.scopes(roles))
    only = st.multiselect(
        say("keys.scopes"),
        given,
        default=[scope for scope in (key.scopes if key else ()) if scope in given],
        help=say("keys.scopes_help"),
        select_all=False,
        placeholder=say("keys.all_scopes"),
        key=f"key_scopes_{which}",
    )
    groups = granting.groups_field(visitor, f"key_groups_{which}", key.groups if key else ())
    plan = granting.plan_field(visitor, f"key_plan_{which}", key.plan if key else None)
    ends = granting.end_field(f"key_ends_{which}", key.expires_at if key else None)
    said = {"name": name.strip(), "roles": roles, "scopes": [str(scope) for scope in only], "groups": groups}
    return {**said, "plan": plan, "expires_at": ends}


def _complete(wanted: dict[str, Any]) -> dict[str, Any]:
    if not wanted["name"]:
        raise InvalidInputError(say("keys.no_name"))
    if not wanted["roles"]:
        raise InvalidInputError(say("settings.no_roles"))
    return wanted


def _once(made: NewKey) -> str:
    st.session_state[_ONCE] = (made.key.name, SecretStr(made.secret))
    return say("keys.made")
