"""Asking before something is changed: what it will do, why it is done, and for what cannot simply be undone the name, typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mcpskills.errors import McpSkillsError
from mcpskills_dashboard import fragments, moments, problems
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain

REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Question:
    """A change that the visitor is about to make. All texts are in their language.

    `explained` is Markdown of ours. With `name` it has to be typed. `act` makes the change with the reason (empty when none
    is asked for), and gives the sentence that tells what happened; what it raises is shown in the dialog. `show` draws more
    between explanation and fields, such as a preview or fields of its own, and is called on each run of the dialog.
    """

    title: str
    explained: str
    button: str
    act: Callable[[str], str]
    name: str | None = None
    asks_reason: bool = True
    show: Callable[[], None] | None = None
    icon: str = ":material/warning:"


def ask(question: Question) -> None:
    """Open a dialog that asks the question; call it when a button was pressed."""

    @fragments.dialog(question.title, icon=question.icon)
    def dialog() -> None:
        _draw(question)

    dialog()


def _draw(question: Question) -> None:
    st.markdown(question.explained)
    if question.show is not None:
        with problems.part():
            question.show()
    with st.form(f"asking_{question.title}", border=False, enter_to_submit=question.name is None):
        reason, typed = "", ""
        if question.asks_reason:
            reason = st.text_input(
                say("asking.reason"), max_chars=REASON_LENGTH, help=say("asking.reason_help"), key="asking_reason"
            )
        if question.name is not None:
            # Who hears the page hears what is written here, and so no escapes.
            typed = st.text_input(say("asking.name", name=code(question.name)), key="asking_name")
        if st.form_submit_button(question.button, type="primary"):
            _act(question, reason.strip(), typed.strip())


def _act(question: Question, reason: str, typed: str) -> None:
    if question.asks_reason and not reason:
        st.error(say("asking.no_reason"))
        return
    if question.name is not None and typed != question.name:
        st.error(say("asking.other_name", name=code(question.name)))
        return
    try:
        with st.spinner(say("asking.doing")):
            said = question.act(reason)
    except McpSkillsError as error:
        problems.show(error)
        return
    st.session_state[_SAID] = said
    st.rerun()


_SAID = "said_after_change"


def told() -> None:
    """Say what the change of the run before did; `script.py` calls it on every page."""
    if said := st.session_state.pop(_SAID, None):
        st.toast(said, icon=":material/check_circle:")


def compare(before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """A preview: each named field as it is and as it will be. `names` gives the fields to show with their words."""
    rows = [(said, before.get(field), after.get(field)) for field, said in names.items()]
    changed = [row for row in rows if row[1] != row[2]]
    if not changed:
        st.info(say("asking.nothing_changes"), icon=":material/info:")
        return
    lines = [f"| | {say('asking.before')} | {say('asking.after')} |", "| --- | --- | --- |"]
    lines += [f"| {said} | {_shown(was)} | **{_shown(will)}** |" for said, was, will in changed]
    st.markdown("\n".join(lines))


def _shown(value: Any) -> str:
    return moments.NOTHING if value is None else plain(str(value))
