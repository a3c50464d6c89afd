"""Skills: which there are, how they stand, and how they did lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import empty, moments, navigation, paging, problems, skill_filters, standing
from mcpskills_dashboard.client import skills, statistics
from mcpskills_dashboard.client.skills import Skill
from mcpskills_dashboard.client.statistics import SkillFigures
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.skill_filters import Wanted
from mcpskills_dashboard.visitor import Visitor

_LISTED: Final = {"name": ("name", "asc"), "updated": ("updated_at", "desc"), "owner": ("owner", "asc")}
_COLUMNS: Final = ("skill", "status", "version", "calls", "errors", "p95", "owner", "updated")
_WIDTHS: Final = (3.1, 2.1, 1.2, 1.1, 0.9, 1.0, 1.9, 1.7)
_DESCRIPTION: Final = 110
_LINE: Final = 140
"""Characters for which there is room beside each other, a tag taking some more than it has."""

_AROUND_TAG: Final = 4
_TAGS: Final = 2
"""Tags that are shown however long they are."""


@dataclass(frozen=True, slots=True)
class _Listing:
    """What is shown: rows with their figures, where those are known, and the way on. `total` counts the skills of all pages."""

    rows: Sequence[Skill]
    figures: Mapping[str, SkillFigures]
    next_cursor: str | None
    total: int
    frozen: str | None


def show(visitor: Visitor) -> None:
    _head(visitor)
    wanted = skill_filters.wanted(visitor)
    with st.container(key="skills_listing"):
        start = paging.cursor("skills", wanted)
        listing = _listed(visitor, wanted, start)
        if listing.frozen:
            st.warning(say("skills.frozen", reason=plain(listing.frozen)), icon=":material/ac_unit:")
        if not listing.rows:
            _nothing(visitor, narrowed=wanted.narrowed)
            return
        _table(listing)
        paging.controls("skills", listing.next_cursor, say("skills.count", count=listing.total))


def _head(visitor: Visitor) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.title(say("skills.title"), anchor=False, width="content")
        with st.container(horizontal=True, width="content"):
            navigation.offer(visitor, "upload")
            navigation.offer(visitor, "new")


def _listed(visitor: Visitor, wanted: Wanted, start: str | None) -> _Listing:
    sort, order = _LISTED.get(wanted.order, (wanted.order, "desc"))
    page = skills.listed(
        visitor.api,
        words=wanted.words,
        status=wanted.status or None,
        owner=wanted.owner,
        tag=wanted.tag,
        sort=sort,
        order=order,
        cursor=start,
        limit=paging.ROWS,
    )
    figures: Mapping[str, SkillFigures] = {}
    if visitor.may(Scope.STATISTICS_READ):
        with problems.part(missing=say("skills.no_figures")):
            figures = statistics.of_names(visitor.api, [skill.name for skill in page.skills])
    return _Listing(page.skills, figures, page.next_cursor, page.total, page.frozen)


def _table(listing: _Listing) -> None:
    with st.container(gap="xxsmall"):
        with st.container(border=True, gap=None):
            heads = st.columns(_WIDTHS, vertical_alignment="center")
            for column, name in zip(heads, _COLUMNS, strict=True):
                column.markdown(f":small[{say(f'skills.column.{name}')}]")
        for skill in listing.rows:
            _row(skill, None if skill.was_never_one else listing.figures.get(skill.name))


def _row(skill: Skill, figures: SkillFigures | None) -> None:
    with st.container(border=True, gap=None, key=f"row_{skill.path}"):
        cells = st.columns(_WIDTHS, vertical_alignment="center")
        with cells[0]:
            navigation.link("skill", f"**{plain(skill.name)}**", name=skill.name)
        cells[1].markdown(_status(skill))
        cells[2].markdown(_small(_version(skill)))
        cells[3].markdown(_small(moments.number(figures.calls) if figures else moments.NOTHING))
        cells[4].markdown(_small(_errors(figures)))
        cells[5].markdown(_small(moments.took(figures.p95_ms) if figures else moments.NOTHING))
        cells[6].markdown(_small(plain(skill.owner or moments.NOTHING)))
        cells[7].markdown(_small(moments.ago(skill.updated_at)))
        _second_line(skill)


def _small(text: str) -> str:
    return f":small[{text}]"


def _second_line(skill: Skill) -> None:
    text = (skill.load_error if skill.status == "ERROR" else skill.description) or ""
    short = text if len(text) <= _DESCRIPTION else text[:_DESCRIPTION].rstrip() + "…"
    ends = accumulate((len(tag) + _AROUND_TAG for tag in skill.tags), initial=len(short))
    fitting = max(_TAGS, sum(end <= _LINE for end in ends) - 1)
    tags = " ".join(f":gray-badge[{plain(tag)}]" for tag in skill.tags[:fitting])
    with st.container(horizontal=True, gap="xsmall"):
        st.markdown(f":small[{plain(short)}] {tags}".strip(), width="content")
        if rest := skill.tags[fitting:]:
            st.badge(f"+{len(rest)}", color="gray", help=plain(", ".join(rest)))


def _status(skill: Skill) -> str:
    badges = [standing.badge(skill.status)]
    if skill.hold is not None and skill.hold.kind != "offline":
        badges.append(standing.badge(skill.hold.kind))
    if skill.load_error and skill.status == "ACTIVE":
        badges.append(f":orange-badge[:material/warning: {say('skills.newer_refused')}]")
    if skill.groups:
        badges.append(f":blue-badge[:material/lock: {say('skills.restricted')}]")
    return " ".join(badges)


def _version(skill: Skill) -> str:
    if skill.live_version is None:
        return moments.NOTHING
    return f"{skill.live_version}" + (f" · {plain(skill.label)}" if skill.label else "")


def _errors(figures: SkillFigures | None) -> str:
    if figures is None or not figures.calls:
        return moments.NOTHING
    rate = figures.errors / figures.calls if figures.error_rate is None else figures.error_rate
    return f":red[{moments.share(rate)}]" if rate else moments.share(rate)


def _nothing(visitor: Visitor, *, narrowed: bool) -> None:
    if narrowed:
        empty.draw(say("skills.none_found"), say("skills.none_found_advice"), ":material/search_off:")
        return
    proposes = visitor.may(Scope.PROPOSALS_WRITE) and navigation.has("new")
    empty.draw(say("skills.none"), say("skills.none_advice_new") if proposes else say("skills.none_advice"))
