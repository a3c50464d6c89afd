"""Skills: which there are, how they stand, and how they did lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import empty, moments, navigation, paging, problems, standing
from mcpskills_dashboard.client import skills, statistics
from mcpskills_dashboard.client.skills import Skill
from mcpskills_dashboard.client.statistics import Ranking, SkillFigures
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor

_STATUSES: Final = ("ACTIVE", "INACTIVE", "ERROR", "DRAFT")
_LISTED: Final = {"name": ("name", "asc"), "updated": ("updated_at", "desc"), "owner": ("owner", "asc")}
_RANKED: Final = ("calls", "errors", "error_rate", "p95", "users")
_COLUMNS: Final = ("skill", "status", "version", "calls", "errors", "p95", "owner", "updated")
_WIDTHS: Final = (3.1, 2.1, 1.2, 1.1, 0.9, 1.0, 1.9, 1.7)
_DESCRIPTION: Final = 110
_TAGS: Final = 2


@dataclass(frozen=True, slots=True)
class _Listing:
    """What is shown: rows with their figures, where those are known, and the way on."""

    rows: Sequence[Skill]
    figures: Mapping[str, SkillFigures]
    next_cursor: str | None
    total: int | None
    frozen: str | None = None


def show(visitor: Visitor) -> None:
    _head(visitor)
    words, status, order = _filters(visitor)
    with st.container(key="skills_listing"):
        narrowed = bool(words.strip() or status)
        start = paging.cursor("skills", words, status, order)
        # The figures know nothing of words and statuses.
        if order in _RANKED and not narrowed:
            listing = _ranked(visitor, order, start)
        else:
            listing = _listed(visitor, words, status, _LISTED.get(order, _LISTED["name"]), start)
        if order in _RANKED and narrowed:
            st.caption(say("skills.found_by_name"))
        if listing.frozen:
            st.warning(say("skills.frozen", reason=plain(listing.frozen)), icon=":material/ac_unit:")
        if not listing.rows:
            _nothing(visitor, narrowed=narrowed)
            return
        _table(listing)
        said = say("skills.count", count=listing.total) if listing.total is not None else ""
        paging.controls("skills", listing.next_cursor, said)


def _head(visitor: Visitor) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.title(say("skills.title"), anchor=False, width="content")
        with st.container(horizontal=True, width="content"):
            navigation.offer(visitor, "upload")
            navigation.offer(visitor, "new")


def _filters(visitor: Visitor) -> tuple[str, str | None, str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            say("skills.search"),
            key="skills_search",
            placeholder=say("skills.search_example"),
            icon=":material/search:",
            bind="query-params",
        )
        status = st.selectbox(
            say("skills.status"),
            (None, *_STATUSES),
            format_func=lambda each: say("skills.every_status") if each is None else standing.named(each),
            key="skills_status",
            width=180,
        )
        orders = (*_LISTED, *(_RANKED if visitor.may(Scope.STATISTICS_READ) else ()))
        order = st.selectbox(
            say("skills.order"),
            orders,
            format_func=lambda each: say(f"skills.by.{each}"),
            key="skills_order",
            width=200,
        )
    return words, status, order


def _listed(visitor: Visitor, words: str, status: str | None, by: tuple[str, str], start: str | None) -> _Listing:
    page = skills.listed(
        visitor.api, words=words, status=status, sort=by[0], order=by[1], cursor=start, limit=paging.ROWS
    )
    figures: Mapping[str, SkillFigures] = {}
    if visitor.may(Scope.STATISTICS_READ):
        with problems.part(missing=say("skills.no_figures")):
            figures = statistics.of_names(visitor.api, [skill.name for skill in page.skills])
    return _Listing(page.skills, figures, page.next_cursor, page.total, page.frozen)


def _ranked(visitor: Visitor, order: str, start: str | None) -> _Listing:
    ranking = next(each for each in get_args(Ranking) if each == order)
    ranked = statistics.ranked(visitor.api, ranking, cursor=start, limit=paging.ROWS)
    figures = {row.skill: row for row in ranked.skills}
    page = skills.listed(visitor.api, names=tuple(figures), limit=max(1, len(figures))) if figures else None
    found = {skill.name: skill for skill in page.skills} if page else {}
    rows = [found[name] for name in figures if name in found]
    return _Listing(rows, figures, ranked.next_cursor, None, page.frozen if page else None)


def _table(listing: _Listing) -> None:
    with st.container(gap="xxsmall"):
        with st.container(border=True, gap=None):
            heads = st.columns(_WIDTHS, vertical_alignment="center")
            for column, name in zip(heads, _COLUMNS, strict=True):
                column.markdown(f":small[{say(f'skills.column.{name}')}]")
        for skill in listing.rows:
            _row(skill, listing.figures.get(skill.name))


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
        st.markdown(_second_line(skill))


def _small(text: str) -> str:
    return f":small[{text}]"


def _second_line(skill: Skill) -> str:
    text = (skill.load_error if skill.status == "ERROR" else skill.description) or ""
    short = plain(text if len(text) <= _DESCRIPTION else text[:_DESCRIPTION].rstrip() + "…")
    tags = " ".join(f":gray-badge[{plain(tag)}]" for tag in skill.tags[:_TAGS])
    return f":small[{short}] {tags}".strip()


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
