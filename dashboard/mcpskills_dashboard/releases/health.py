"""How publishers and replicas are: in short above the page, and one by one."""

from collections.abc import Iterable, Sequence
from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import asking, empty, moments, problems
from mcpskills_dashboard.asking import Question
from mcpskills_dashboard.client import fleet, releases
from mcpskills_dashboard.client.fleet import Fleet, Publisher, Publishers
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

_SHOWN_DIGITS: Final = 8


def summary(visitor: Visitor) -> None:
    """Whether all is well, in a line; and loudly when nothing new goes live."""
    with problems.part():
        known = fleet.publishers(visitor.api)
        _frozen(visitor, known)
        st.markdown(f"{_publishing(known)} {_serving(fleet.replicas(visitor.api))}")


def draw(visitor: Visitor) -> None:
    with problems.part():
        _publishers(fleet.publishers(visitor.api).publishers)
    with problems.part():
        _replicas(fleet.replicas(visitor.api))


def _publishing(known: Publishers) -> str:
    leaders = [publisher for publisher in known.publishers if publisher.leader]
    if known.frozen:
        return f":red-badge[:material/pause_circle: {say('releases.frozen')}]"
    if not leaders:
        return f":gray-badge[:material/help: {say('releases.no_leader')}]"
    ago = moments.ago(leaders[0].last_reconcile_at)
    if leaders[0].behind:
        return f":orange-badge[:material/warning: {say('releases.behind', ago=ago)}]"
    return f":green-badge[:material/check_circle: {say('releases.publishing', ago=ago)}]"


def _serving(known: Fleet) -> str:
    current = sum(replica.current for replica in known.replicas)
    said = say("releases.current", current=current, all=len(known.replicas), generation=known.generation)
    if current == len(known.replicas):
        return f":green-badge[:material/check_circle: {said}]"
    return f":orange-badge[:material/hourglass_top: {said}]"


def _frozen(visitor: Visitor, known: Publishers) -> None:
    if not known.frozen:
        return
    st.error(say("releases.frozen_because", reason=plain(known.frozen)), icon=":material/pause_circle:")
    heads = {publisher.last_commit for publisher in known.publishers if publisher.leader and publisher.last_commit}
    if visitor.may(Scope.TENANT_WRITE) and len(heads) == 1:
        [head] = heads
        if st.button(say("releases.accept"), icon=":material/history:"):
            asking.ask(_accepting(visitor, head))


def _accepting(visitor: Visitor, head: str) -> Question:
    def act(reason: str) -> str:
        releases.accept_history(visitor.api, head, reason)
        return say("releases.accepted")

    return Question(
        title=say("releases.accept"),
        explained=say("releases.accept_explained", commit=code(head)),
        button=say("releases.accept_button"),
        act=act,
        name=head[:_SHOWN_DIGITS],
    )


def _publishers(known: Sequence[Publisher]) -> None:
    st.subheader(say("releases.publishers"), anchor=False)
    if not known:
        empty.draw(say("releases.no_publishers"), say("releases.no_publishers_advice"), ":material/publish:")
        return
    heads = ("publisher", "state", "last_look", "head")
    _table(heads, (_publisher(publisher) for publisher in known))
    for publisher in known:
        for said in filter(None, (publisher.frozen, publisher.error)):
            st.warning(f"{code(publisher.publisher)} {plain(said)}", icon=":material/warning:")


def _publisher(publisher: Publisher) -> tuple[str, ...]:
    if not publisher.leader:
        state = f":gray-badge[{say('releases.waits')}]"
    elif publisher.behind:
        state = f":orange-badge[{say('releases.is_behind')}]"
    else:
        state = f":green-badge[{say('releases.leads')}]"
    commit = code(publisher.last_commit[:_SHOWN_DIGITS]) if publisher.last_commit else moments.NOTHING
    return code(publisher.publisher), state, moments.ago(publisher.last_reconcile_at), commit


def _replicas(known: Fleet) -> None:
    st.subheader(say("releases.replicas"), anchor=False)
    if not known.replicas:
        empty.draw(say("releases.no_replicas"), say("releases.no_replicas_advice"), ":material/dns:")
        return
    late = f":orange-badge[{say('releases.is_late')}]"
    here = f":green-badge[{say('releases.is_current')}]"
    rows = (
        (code(each.replica), here if each.current else late, moments.number(each.generation)) for each in known.replicas
    )
    _table(("replica", "state", "generation"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [f"| {' | '.join(say(f'releases.column.{head}') for head in heads)} |", "| --- " * len(heads) + "|"]
    st.markdown("\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]))
