"""The versions of a skill: where each came from, who vouches for it, and what may be done with it."""

from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import language, moments, problems, standing
from mcpskills_dashboard.client import provenance, skills
from mcpskills_dashboard.client.skills import SkillDetail, Version
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.one_skill import actions, materials
from mcpskills_dashboard.visitor import Visitor

_ROWS: Final = 15
_COMMIT: Final = 10
_WIDTHS: Final = (1.6, 2.6, 1.9, 1.4, 0.9)


def draw(visitor: Visitor, detail: SkillDetail) -> None:
    listed = skills.versions(visitor.api, detail.name).versions
    pages = -(-len(listed) // _ROWS)
    page = st.pagination(pages, key="versions_page") if pages > 1 else 1
    for version in listed[(page - 1) * _ROWS : page * _ROWS]:
        _row(visitor, detail, version)


def _row(visitor: Visitor, detail: SkillDetail, version: Version) -> None:
    with st.container(border=True, gap="xxsmall"):
        cells = st.columns(_WIDTHS, vertical_alignment="center")
        label = f" · {plain(version.label)}" if version.label else ""
        cells[0].markdown(f"**{say('skill.version', number=version.number)}**{label}")
        cells[1].markdown(" ".join(_marks(version)) or moments.NOTHING)
        cells[2].markdown(f":small[{plain(version.author)}]")
        cells[3].markdown(f":small[{moments.ago(version.published_at)}]")
        with cells[4]:
            if visitor.may(Scope.RELEASES_WRITE):
                actions.of_version(visitor, detail, version)
        if version.standing is not None:
            against = version.standing
            st.caption(
                say(
                    "skill.stands",
                    actor=plain(against.actor),
                    when=moments.at(against.at),
                    reason=plain(against.reason),
                )
            )
        with st.expander(say("skill.origin"), key=f"origin_{version.number}", on_change="rerun") as origin:
            if origin.open:
                _origin(visitor, detail, version)


def _marks(version: Version) -> list[str]:
    marks = []
    if version.live:
        marks.append(standing.badge("live"))
    if version.wanted and not version.live:
        marks.append(standing.badge("wanted"))
    if version.standing is not None:
        marks.append(standing.badge(version.standing.kind))
    if not version.signed:
        marks.append(f":orange-badge[:material/verified_off: {say('skill.unsigned')}]")
    if version.evaluation is not None:
        found = version.evaluation
        colour = "red" if found.failed else "green"
        said = say("skill.evals", passed=found.passed, all=found.passed + found.failed)
        marks.append(f":{colour}-badge[:material/quiz: {said}]")
    return marks


def _origin(visitor: Visitor, detail: SkillDetail, version: Version) -> None:
    rows = [
        (say("skill.commit"), f"{code(version.commit[:_COMMIT])} · {moments.exactly(version.committed_at)}"),
        (say("skill.folder"), code(version.path)),
        (say("skill.package"), f"{code(version.digest)} · {moments.size(version.size)}"),
        (say("skill.published"), moments.exactly(version.published_at)),
    ]
    if version.rewritten:
        rows.append((say("skill.rewritten"), say("skill.rewritten_why")))
    with problems.part(missing=say("skill.no_provenance")):
        vouched = provenance.shown(visitor.api, detail.name, version.number)
        review = vouched.statement.get("predicate", {}).get("review", {})
        signature = review.get("signature") or {}
        rows += [
            (say("skill.proposal"), plain(str(review.get("proposal") or moments.NOTHING))),
            (say("skill.merger"), plain(str(review.get("merger") or moments.NOTHING))),
            (say("skill.commit_signature"), _signature(signature.get("state"))),
            (say("skill.vouched_by"), code(vouched.key_id)),
        ]
        details(rows)
        st.download_button(
            say("skill.download_provenance"),
            vouched.envelope,
            f"{detail.name}-{version.number}.dsse.json",
            "application/json",
            icon=":material/verified:",
            key=f"provenance_{version.number}",
            on_click="ignore",
        )
    if version.sbom is not None:
        with problems.part():
            materials.draw(visitor, detail.name, version.number)


def _signature(state: str | None) -> str:
    key = f"skill.signature.{state}"
    return say(key) if language.has(key) else plain(state or moments.NOTHING)


def details(rows: list[tuple[str, str]]) -> None:
    """Names and what they are, as a small table; the values are Markdown."""
    lines = ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)]
    st.markdown("\n".join(lines))
