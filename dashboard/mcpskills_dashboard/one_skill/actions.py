"""What may be done with a skill or one of its versions: asked with a preview, made in one step, watched until it is all over."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import asking, moments, spreading, standing
from mcpskills_dashboard.asking import Question
from mcpskills_dashboard.client import abilities, changes, skills
from mcpskills_dashboard.client.changes import Change, Preview, State
from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.skills import SkillDetail, Version
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor

_ICONS: Mapping[str, str] = {
    "promote": ":material/push_pin:",
    "rollback": ":material/undo:",
    "offline": ":material/pause_circle:",
    "online": ":material/play_circle:",
    "lift": ":material/lock_open:",
    "yank": ":material/remove_circle:",
    "revoke": ":material/gpp_bad:",
    "restore": ":material/restore:",
}


def draw(visitor: Visitor, detail: SkillDetail) -> None:
    """Buttons for what may be done with the skill as a whole."""
    if not visitor.may(Scope.RELEASES_WRITE) or detail.version is None:
        return
    name, hold = detail.name, detail.hold
    offline = hold is not None and hold.kind == "offline"
    if offline:
        _button("online", lambda: _ask(visitor, detail, "online", changes.online(name), reason=False))
        return
    if hold is not None:
        _button("lift", lambda: _ask(visitor, detail, "lift", changes.lift(name), reason=False))
    if detail.live_version is not None:
        if detail.live_version > 1:
            _button("rollback", lambda: _ask_rollback(visitor, detail))
        _button("offline", lambda: _ask(visitor, detail, "offline", changes.offline(name), named=True))


def of_version(visitor: Visitor, detail: SkillDetail, version: Version) -> None:
    """A menu of what may be done with one version."""
    chosen = st.menu_button(
        say("skill.actions"),
        _offered(detail, version),
        format_func=lambda each: f"{_ICONS[each]} {say(f'skill.do.{each}')}",
        key=f"actions_{version.number}",
        type="tertiary",
    )
    name, number = detail.name, version.number
    if chosen == "promote":
        _ask(visitor, detail, chosen, changes.promotion(name, number), number=number)
    elif chosen == "rollback":
        _ask(visitor, detail, chosen, changes.rollback(name, number, "lifted"), number=number)
    elif chosen == "yank":
        _ask(visitor, detail, chosen, changes.yank(name, number), number=number, named=True)
    elif chosen == "revoke":
        _ask(visitor, detail, chosen, changes.revocation(name, number), number=number, named=True)
    elif chosen == "restore":
        _ask(visitor, detail, chosen, changes.restoration(name, number), number=number, reason=False)


def _offered(detail: SkillDetail, version: Version) -> list[str]:
    if version.standing is not None:
        return ["restore"] if version.standing.kind == "revoked" else ["restore", "revoke"]
    live = detail.live_version
    moving = ["promote"] if not version.live else []
    if live is not None and version.number < live:
        moving = ["rollback", *moving]
    return [*moving, "yank", "revoke"]


def _button(what: str, ask: Callable[[], None]) -> None:
    if st.button(say(f"skill.do.{what}"), icon=_ICONS[what], key=f"do_{what}"):
        ask()


def _ask_rollback(visitor: Visitor, detail: SkillDetail) -> None:
    """To which version, and for how long, are fields of the dialog."""
    listed = skills.versions(visitor.api, detail.name).versions
    live = detail.live_version or 0
    older = [each.number for each in listed if each.number < live and each.standing is None]

    def change() -> Change:
        version, superseded = (
            st.session_state.get("rollback_to", older[0]),
            st.session_state.get("rollback_ends", False),
        )
        return changes.rollback(detail.name, version, "superseded" if superseded else "lifted")

    def fields() -> None:
        st.selectbox(say("skill.back_to"), older, key="rollback_to", width=200)
        st.toggle(say("skill.until_superseded"), key="rollback_ends", help=say("skill.until_superseded_help"))

    if not older:
        st.toast(say("skill.nothing_older"), icon=":material/info:")
        return
    _ask(visitor, detail, "rollback", change, fields=fields)


def _ask(
    visitor: Visitor,
    detail: SkillDetail,
    what: str,
    change: Change | Callable[[], Change],
    *,
    number: int | None = None,
    reason: bool = True,
    named: bool = False,
    fields: Callable[[], None] | None = None,
) -> None:
    def wanted() -> Change:
        return change() if callable(change) else change

    def show() -> None:
        if fields is not None:
            fields()
        if abilities.previews(_document(visitor.api.url, visitor.api), wanted()):
            _preview(wanted().previewed(visitor.api))

    def act(said: str) -> str:
        made = wanted().made(visitor.api, said, detail.generation)
        if made.changed:
            spreading.watch(made.generation)
        done = say(f"skill.done.{what}", name=plain(detail.name), number=number)
        return f"{done} {say('skill.no_revert', reason=plain(made.proposal_error))}" if made.proposal_error else done

    asking.ask(
        Question(
            title=say(f"skill.ask.{what}", name=plain(detail.name), number=number),
            explained=say(f"skill.explain.{what}"),
            button=say(f"skill.do.{what}"),
            act=act,
            name=detail.name if named else None,
            asks_reason=reason,
            show=show,
            icon=_ICONS[what],
        )
    )


@st.cache_data(ttl=600, show_spinner=False)
def _document(url: str, _api: Api) -> Mapping[str, Any]:
    """By the server's address alone: it says the same to everybody."""
    del url
    return abilities.document(_api)


def _preview(preview: Preview) -> None:
    fields = {each: say(f"skill.state.{each}") for each in ("status", "live_version", "hold", "standing")}
    asking.compare(_shown(preview.before), _shown(preview.after), fields)


def _shown(state: State) -> dict[str, Any]:
    return {
        "status": standing.named(state.status) if state.status else None,
        "live_version": state.live_version,
        "hold": _held(state),
        "standing": standing.named(state.standing.kind) if state.standing else None,
    }


def _held(state: State) -> str:
    if state.hold is None:
        return moments.NOTHING
    kind = standing.named(state.hold.kind)
    return kind if state.hold.version is None else f"{kind} · {state.hold.version}"
