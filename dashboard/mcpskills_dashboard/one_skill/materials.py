"""What a version is made of: the packages that its scripts need, as its bill of materials lists them."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from mcpskills_dashboard import moments
from mcpskills_dashboard.client import materials
from mcpskills_dashboard.client.materials import Package
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor

_ROWS: Final = 20
_FILES: Final = 3


def draw(visitor: Visitor, name: str, number: int) -> None:
    found = materials.shown(visitor.api, name, number)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            say("skill.download_sbom"),
            found.document,
            f"{name}-{number}.cdx.json",
            "application/vnd.cyclonedx+json",
            icon=":material/list_alt:",
            key=f"sbom_{number}",
            on_click="ignore",
        )
        said = say("skill.sbom", count=len(found.packages)) if found.packages else say("skill.materials.none")
        st.caption(said, width="content")
    for each in found.unread:
        st.warning(say("skill.materials.left_out", said=plain(each)), icon=":material/warning:")
    if found.packages:
        _packages(found.packages, number)


def _packages(listed: Sequence[Package], number: int) -> None:
    pages = -(-len(listed) // _ROWS)
    page = st.pagination(pages, key=f"materials_page_{number}") if pages > 1 else 1
    # No file of a skill says under which licence a package is: a bill from elsewhere may.
    has_licences = any(each.licence for each in listed)
    heads = ("package", "release", *(("licence",) if has_licences else ()), "address", "files")
    lines = [f"| {' | '.join(say(f'skill.materials.{head}') for head in heads)} |", "| --- " * len(heads) + "|"]
    for each in listed[(page - 1) * _ROWS : page * _ROWS]:
        cells = {
            "package": code(each.name),
            "release": _release(each),
            "licence": plain(each.licence) or moments.NOTHING,
            "address": code(each.address) if each.address else moments.NOTHING,
            "files": _files(each.files),
        }
        lines.append(f"| {' | '.join(cells[head] for head in heads)} |")
    st.markdown("\n".join(lines))


def _release(package: Package) -> str:
    if package.version:
        return code(package.version)
    return say("skill.materials.asked", range=code(package.wanted)) if package.wanted else moments.NOTHING


def _files(files: Sequence[str]) -> str:
    more = [say("skill.materials.more", count=len(files) - _FILES)] if len(files) > _FILES else []
    return ", ".join([*map(code, files[:_FILES]), *more]) or moments.NOTHING
