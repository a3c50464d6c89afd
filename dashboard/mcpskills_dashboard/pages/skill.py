"""One skill: what it says, what it consists of, where it came from, how it does, and what may be done with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import moments, navigation, problems, standing
from mcpskills_dashboard.client import skills
from mcpskills_dashboard.client.skills import Hold, SkillDetail
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.one_skill import actions, calls, comparing, details, files, logs, reading, versions
from mcpskills_dashboard.visitor import Visitor


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the page behind a tab, drawn when that is open; without the scope it is not offered."""

    name: str
    icon: str
    scope: str
    draw: Callable[[Visitor, SkillDetail], None]


_PARTS: Final = (
    _Part("reading", ":material/article:", Scope.SKILLS_READ, reading.draw),
    _Part("files", ":material/folder:", Scope.RELEASES_READ, files.draw),
    _Part("versions", ":material/history:", Scope.RELEASES_READ, versions.draw),
    _Part("comparing", ":material/difference:", Scope.RELEASES_READ, comparing.draw),
    _Part("calls", ":material/monitoring:", Scope.STATISTICS_READ, calls.draw),
    _Part("logs", ":material/receipt_long:", Scope.LOGS_READ, logs.draw),
    _Part("details", ":material/info:", Scope.SKILLS_READ, details.draw),
)


def show(visitor: Visitor) -> None:
    name = navigation.parameter("name")
    if name is None:
        navigation.go("skills")
        return
    navigation.link("skills", say("skill.back"), icon=":material/arrow_back:")
    detail = skills.shown(visitor.api, name)
    _head(visitor, detail)
    _warnings(visitor, detail)
    offered = [part for part in _PARTS if visitor.may(part.scope)]
    labels = [f"{part.icon} {say(f'skill.part.{part.name}')}" for part in offered]
    asked = navigation.parameter("part")
    default = next((label for part, label in zip(offered, labels, strict=True) if part.name == asked), None)
    tabs = st.tabs(labels, default=default, on_change="rerun", key=f"parts_of_{name}")
    for part, tab in zip(offered, tabs, strict=True):
        if tab.open:
            with tab, problems.part():
                part.draw(visitor, detail)


def _head(visitor: Visitor, detail: SkillDetail) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(plain(detail.name), anchor=False, width="content")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            if detail.live_version is not None:
                navigation.offer(visitor, "edit", name=detail.name)
            actions.draw(visitor, detail)
    badges = [standing.badge(detail.status)]
    if detail.live_version is not None:
        label = f" · {plain(detail.label)}" if detail.label else ""
        badges.append(f":gray-badge[{say('skill.version', number=detail.live_version)}{label}]")
    badges += [f":gray-badge[{plain(tag)}]" for tag in detail.tags]
    badges += [f":blue-badge[:material/lock: {plain(group)}]" for group in detail.groups]
    st.markdown(" ".join(badges))
    if detail.description:
        st.markdown(plain(detail.description))


def _warnings(visitor: Visitor, detail: SkillDetail) -> None:
    if detail.hold is not None:
        st.warning(_held(detail.hold), icon=":material/pause_circle:")
    if detail.wanted_standing is not None and detail.hold is None:
        against = detail.wanted_standing
        said = say(
            "skill.wanted_stands",
            number=detail.wanted_version,
            standing=standing.named(against.kind),
            reason=plain(against.reason),
        )
        st.warning(said, icon=":material/gpp_maybe:")
    if detail.load_error:
        st.error(say("skill.load_error", reason=plain(detail.load_error)), icon=":material/error:")
    if visitor.may(Scope.METRICS_READ) and detail.live_version != detail.served_version:
        st.info(say("skill.behind"), icon=":material/sync:")


def _held(hold: Hold) -> str:
    said = say(
        f"skill.held.{hold.kind}",
        version=hold.version,
        actor=plain(hold.actor),
        when=moments.at(hold.created_at),
        reason=plain(hold.reason),
    )
    if hold.expires_at is not None:
        return f"{said} {say('skill.held_until', when=moments.at(hold.expires_at))}"
    return f"{said} {say('skill.held_superseded')}" if hold.until == "superseded" else said
