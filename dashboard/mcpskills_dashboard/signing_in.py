"""Signing in and out: with an API key, at an identity provider, or as nobody where the server on this machine lets everybody in.

A key is kept in the memory of this process for as long as the browser's page is open. It stands in no address, cookie or log.
"""

import time
from dataclasses import dataclass, field
from typing import Final

import httpx2
import streamlit as st
from pydantic import SecretStr

from mcpskills.errors import McpSkillsError
from mcpskills.loopback import is_loopback
from mcpskills_dashboard.client import caller, connection
from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.refusals import RefusedError
from mcpskills_dashboard.language import picking, say
from mcpskills_dashboard.settings import DashboardSettings
from mcpskills_dashboard.visitor import Visitor

KEY: Final = "signed_in_with"
"""In the session: the API key, or an empty one of somebody who came in without."""

_ME: Final = "signed_in_as"
_SETTINGS: Final = "settings"
_SAID: Final = "said_at_sign_in"
_FRESH_SECONDS: Final = 60.0
_LONGEST_KEY: Final = 4096


@dataclass(frozen=True, slots=True)
class _Known:
    """Who the server said that the credential is, and when; monotonic seconds."""

    credential: str | None = field(repr=False)
    since: float
    me: caller.Me


def settings() -> DashboardSettings:
    """What the environment says, read once for each visit."""
    if _SETTINGS not in st.session_state:
        st.session_state[_SETTINGS] = DashboardSettings.read().checked()
    found: DashboardSettings = st.session_state[_SETTINGS]
    return found


def visitor() -> Visitor | None:
    """Who is signed in; None for who has to sign in first. What they may do is asked for again now and then."""
    credential, known = _credential()
    if not known:
        return None
    api = _api(credential)
    kept: _Known | None = st.session_state.get(_ME)
    if kept is None or kept.credential != credential or time.monotonic() - kept.since > _FRESH_SECONDS:
        try:
            kept = _Known(credential, time.monotonic(), caller.me(api))
        except McpSkillsError as error:
            forget(error.message)
            return None
        st.session_state[_ME] = kept
    return Visitor(api, kept.me)


def draw() -> None:
    """Ask who is there; the page that was asked for comes as soon as that is known."""
    _, middle, _ = st.columns([1, 1.4, 1])
    with middle:
        st.title(say("common.product"), anchor=False)
        st.markdown(say("signing_in.welcome"))
        if said := st.session_state.pop(_SAID, None):
            st.warning(said, icon=":material/info:")
        if settings().signs_in_elsewhere:
            st.button(say("signing_in.elsewhere"), type="primary", on_click=st.login, width="stretch")
        _ask_for_key()
        _offer_none()
        picking.draw()


def sign_out() -> None:
    """Forget who is signed in, here and in the browser."""
    elsewhere = KEY not in st.session_state and _signed_in_elsewhere()
    for name in list(st.session_state):
        if name != "language":
            del st.session_state[name]
    if elsewhere:
        st.logout()


def forget(said: str) -> None:
    """Have the visitor sign in again, and tell them why."""
    st.session_state.pop(KEY, None)
    st.session_state.pop(_ME, None)
    st.session_state[_SAID] = said


def _ask_for_key() -> None:
    with st.form("sign_in", border=True, enter_to_submit=True):
        key = st.text_input(
            say("signing_in.key"),
            type="password",
            placeholder="oms_…",
            max_chars=_LONGEST_KEY,
            help=say("signing_in.key_help"),
            autocomplete="current-password",
        )
        alone = not settings().signs_in_elsewhere
        if st.form_submit_button(say("signing_in.enter"), type="primary" if alone else "secondary", width="stretch"):
            _enter(key.strip())


def _enter(key: str) -> None:
    if not key:
        st.error(say("signing_in.no_key"))
        return
    if not all("!" <= each <= "~" for each in key):
        st.error(say("signing_in.odd_key"))
        return
    try:
        me = caller.me(_api(key))
    except RefusedError as error:
        st.error(say("signing_in.unknown_key") if error.asks_who else error.message)
        return
    except McpSkillsError as error:
        st.error(error.message)
        return
    st.session_state[KEY] = SecretStr(key)
    st.session_state[_ME] = _Known(key, time.monotonic(), me)
    st.rerun()


def _offer_none() -> None:
    """Where the server lets everybody on its machine in, and the visitor is there: else anybody would be let in through us."""
    if not _visits_from_here():
        return
    try:
        me = caller.me(_api(None))
    except McpSkillsError:
        return
    if st.button(say("signing_in.without", role=", ".join(me.roles)), width="stretch"):
        st.session_state[KEY] = SecretStr("")
        st.rerun()


def _visits_from_here() -> bool:
    headers = st.context.headers
    host = str(httpx2.URL(f"http://{headers.get('Host') or 'localhost'}").host)
    passed_on = any(headers.get(name) for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"))
    address = st.context.ip_address
    return is_loopback(host) and not passed_on and (address is None or is_loopback(address))


def _credential() -> tuple[str | None, bool]:
    """What the API is asked with, and whether anybody is signed in at all."""
    kept = st.session_state.get(KEY)
    if isinstance(kept, SecretStr):
        return kept.get_secret_value() or None, True
    if _signed_in_elsewhere():
        token = st.user.tokens.get("access")
        return (str(token), True) if token else (None, False)
    return None, False


def _signed_in_elsewhere() -> bool:
    return settings().signs_in_elsewhere and bool(st.user.is_logged_in)


def _api(credential: str | None) -> Api:
    return Api(settings().api, _transport(), credential)


@st.cache_resource(show_spinner=False)
def _transport() -> httpx2.Client:
    return connection.transport()
