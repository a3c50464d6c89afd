"""The timeline: who changed what is served, why, and how soon every replica had it."""

from itertools import groupby
from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import actions, empty, moments, navigation, paging
from mcpskills_dashboard.client import releases
from mcpskills_dashboard.client.releases import Release
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

_COLUMNS: Final = (1.2, 2.3, 5.2, 2.3)
_SHOWN_DIGITS: Final = 8


def draw(visitor: Visitor) -> None:
    page = releases.listed(visitor.api, cursor=paging.cursor("releases"), limit=paging.ROWS)
    if not page.releases and page.next_cursor is None:
        empty.draw(say("releases.none"), say("releases.none_advice"), ":material/rocket_launch:")
    elif not page.releases:
        st.caption(say("releases.none_here"))
    for day, of_day in groupby(page.releases, lambda release: moments.at(release.at)[: len("2026-11-28")]):
        st.markdown(f"#### {day}", anchors=False)
        with st.container(border=True, gap="xsmall"):
            for release in of_day:
                _row(visitor, release)
    paging.controls("releases", page.next_cursor)


def _row(visitor: Visitor, release: Release) -> None:
    when, skill, what, how_soon = st.columns(_COLUMNS, gap="small", vertical_alignment="center")
    with when:
        st.markdown(f":small[:gray[{moments.exactly(release.at).split(' ')[1]}]]")
    with skill:
        _skill(visitor, release.skill)
    with what:
        st.markdown(_told(release))
    with how_soon:
        st.markdown(f":small[:gray[{_soon(release)}]]", text_alignment="right")


def _skill(visitor: Visitor, name: str) -> None:
    if visitor.may(Scope.SKILLS_READ):
        navigation.link("skill", plain(name), name=name)
    else:
        st.markdown(plain(name))


def _told(release: Release) -> str:
    by = f":small[:gray[{say('releases.by', actor=plain(release.actor))}{_commit(release)}]]"
    first = f"{_badge(release.kind)} {_pointer(release)} {by}"
    return f"{first}  \n:small[{plain(release.reason)}]" if release.reason else first


def _badge(kind: str) -> str:
    return f":{actions.colour(kind)}-badge[{plain(actions.named(kind))}]"


def _pointer(release: Release) -> str:
    """Where the live version went, or the version that it was about when the live one stayed."""
    was, live = release.was_live, release.live_version
    if was == live:
        return "" if release.version is None else f"**v{release.version}**"
    if live is None:
        return f"v{was} → **{say('releases.nothing_live')}**"
    return f"**v{live}**" if was is None else f"v{was} → **v{live}**"


def _commit(release: Release) -> str:
    return f" · {code(release.commit[:_SHOWN_DIGITS])}" if release.commit else ""


def _soon(release: Release) -> str:
    if release.live_after_seconds is None:
        return ""
    took = moments.took(release.live_after_seconds * 1000)
    return say("releases.everywhere", took=took, count=release.replicas or 0)
