"""Signing in and out: with an API key, at an identity provider, or as nobody where the server on this machine lets everybody in.

A key stays in the memory of this process (`visits.py`), and in the browser only the id of the visit (`remembering.py`). It
stands in no address, cookie or log.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Final

import httpx2
import streamlit as st
from pydantic import SecretStr

from mcpskills.errors import McpSkillsError
from mcpskills.loopback import is_loopback
from mcpskills_dashboard import identity_provider, remembering, returning, visits
from mcpskills_dashboard.client import caller, connection
from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.refusals import Own, RefusedError
from mcpskills_dashboard.language import picking, say
from mcpskills_dashboard.language.errors import sentence
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.settings import DashboardSettings
from mcpskills_dashboard.visitor import Visitor

VISIT: Final = "visit"
"""In the session: the id of the visit by API key, or without one."""

_ME: Final = "signed_in_as"
_LAST: Final = "last_signed_in"
_SETTINGS: Final = "settings"
_SAID: Final = "said_at_sign_in"
_WHERE: Final = "address_before_sign_in"
_FRESH_SECONDS: Final = 60.0
_LONGEST_KEY: Final = 4096


@dataclass(frozen=True, slots=True)
class _SignIn:
    """`by` tells one from another: the id of a visit, or the token of an identity provider, which is `elsewhere`."""

    by: str = field(repr=False)
    credential: Callable[[], str | None] = field(repr=False)
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """Who the server said that signed in, and when; monotonic seconds."""

    by: str = field(repr=False)
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
    sign_in = _sign_in()
    if sign_in is None:
        return None
    api = _api(sign_in.credential)
    kept: _Known | None = st.session_state.get(_ME)
    if kept is None or kept.by != sign_in.by or time.monotonic() - kept.since > _FRESH_SECONDS:
        try:
            kept = _Known(sign_in.by, time.monotonic(), caller.me(api))
        except McpSkillsError as error:
            said = st.session_state[_SAID] = plain(sentence(error))
            if isinstance(error, RefusedError) and error.asks_who:
                forget(say("signing_in.elsewhere_ended", why=said) if sign_in.elsewhere else said)
            # Else the server may answer in a moment, and the visit goes on.
            return None
        _know(kept)
    return Visitor(api, kept.me)


def draw() -> None:
    """Ask who is there; the page that was asked for comes as soon as that is known."""
    _, middle, _ = st.columns([1, 1.4, 1])
    with middle:
        st.title(say("common.product"), anchor=False)
        st.markdown(say("signing_in.welcome"))
        said = st.session_state.pop(_SAID, None)
        if said := _came_back() or said:
            st.warning(said, icon=":material/info:")
        if settings().signs_in_elsewhere:
            st.button(say("signing_in.elsewhere"), type="primary", on_click=_go_elsewhere, width="stretch")
        _ask_for_key()
        _offer_none()
        picking.draw()


def ticket() -> str | None:
    """What the page may have its browser remember the visit by; None when that is done, or there is nothing to remember."""
    visit = st.session_state.get(VISIT)
    return visits.kept().ticket(visit) if visit else None


def has_left() -> bool:
    """Whether the visit ended since the page was drawn: on another page of the browser, or with time."""
    visit = st.session_state.get(VISIT)
    return visit is not None and visits.kept().key(visit) is None


def sign_out() -> None:
    """Forget who is signed in, here and on all pages of the browser."""
    elsewhere = _signed_in_elsewhere()
    if (visit := st.session_state.get(VISIT)) is not None:
        visits.kept().end(visit)
    _clear()
    if elsewhere:
        st.logout()


def forget(said: str) -> None:
    """Have the visitor sign in again, and tell them why."""
    if (visit := st.session_state.pop(VISIT, None)) is not None:
        visits.kept().end(visit)
    st.session_state.pop(_ME, None)
    st.session_state[_SAID] = said
    st.session_state.setdefault(_WHERE, st.query_params.to_dict())


def _go_elsewhere() -> None:
    """By the address that the way back leads to: what fields said in it until a visit ended, Streamlit took out with them."""
    before = st.session_state.pop(_WHERE, {})
    st.query_params.update({name: value for name, value in before.items() if name not in st.query_params})
    st.login(identity_provider.NAME)


def _came_back() -> str | None:
    """What to say to who comes from the identity provider and did not sign in there; once, so it leaves the address."""
    return say("signing_in.elsewhere_failed") if st.query_params.pop(returning.FAILED, None) else None


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
        me = caller.me(_api(lambda: key))
    except RefusedError as error:
        st.error(say("signing_in.unknown_key") if error.asks_who else plain(sentence(error)))
        return
    except McpSkillsError as error:
        st.error(plain(sentence(error)))
        return
    visit = visits.kept().begin(SecretStr(key), _who(me))
    _know(_Known(visit, time.monotonic(), me))
    st.session_state[VISIT] = visit
    st.rerun()


def _who(me: caller.Me) -> visits.Who:
    return me.tenant, me.id


def _know(known: _Known) -> None:
    """From now on it is this person. Nothing is left on the page of another one who was here before."""
    who = _who(known.me)
    if st.session_state.get(_LAST, who) != who:
        _clear(but=VISIT)
    st.session_state[_LAST] = who
    st.session_state[_ME] = known
    st.session_state.pop(_WHERE, None)


def _clear(but: str | None = None) -> None:
    for name in list(st.session_state):
        if name not in {"language", but}:
            del st.session_state[name]


def _offer_none() -> None:
    """Where the server lets everybody on its machine in, and the visitor is there: else anybody would be let in through us."""
    if not _visits_from_here():
        return
    try:
        me = caller.me(_api(lambda: None))
    except McpSkillsError:
        return
    if st.button(say("signing_in.without", role=", ".join(me.roles)), width="stretch"):
        st.session_state[VISIT] = visits.kept().begin(SecretStr(""), _who(me))
        st.rerun()


def _visits_from_here() -> bool:
    headers = st.context.headers
    host = str(httpx2.URL(f"http://{headers.get('Host') or 'localhost'}").host)
    passed_on = any(headers.get(name) for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"))
    address = st.context.ip_address
    return is_loopback(host) and not passed_on and (address is None or is_loopback(address))


def _sign_in() -> _SignIn | None:
    """By which the visitor is signed in, if they are."""
    if (visit := _visit()) is not None:
        return _SignIn(visit, partial(_credential_of, visit))
    if _signed_in_elsewhere() and (token := st.user.tokens.get("access")):
        return _SignIn(str(token), partial(str, token), elsewhere=True)
    return None


def _visit() -> str | None:
    """The session's, else the one that the browser remembers; one without a key is for who is on this machine."""
    here: str | None = st.session_state.get(VISIT)
    visit = here or remembering.visit()
    key = visits.kept().key(visit) if visit else None
    if key is None or not (key.get_secret_value() or _visits_from_here()):
        if here:
            forget(say("signing_in.ended"))
        return None
    st.session_state[VISIT] = visit
    return visit


def _credential_of(visit: str) -> str | None:
    """Nothing is asked for by a visit that has ended since the page was drawn."""
    key = visits.kept().key(visit)
    if key is None:
        raise RefusedError(HTTPStatus.UNAUTHORIZED, Own("signing_in.ended"))
    return key.get_secret_value() or None


def _signed_in_elsewhere() -> bool:
    return settings().signs_in_elsewhere and bool(st.user.is_logged_in)


def _api(credential: Callable[[], str | None]) -> Api:
    return Api(settings().api, _transport(), credential)


@st.cache_resource(show_spinner=False)
def _transport() -> httpx2.Client:
    return connection.transport()
