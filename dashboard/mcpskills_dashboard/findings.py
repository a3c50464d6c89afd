"""What the rules found, as a list that people read: what is wrong, where, and what to do."""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from mcpskills_dashboard.client.findings import Finding
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain

_SHOWN: Final = 50
_ICONS: Final = {
    "error": (":material/error:", "red"),
    "warning": (":material/warning:", "orange"),
    "info": (":material/info:", "blue"),
}

Go = Callable[[Finding], None]


def draw(findings: Sequence[Finding], *, go: Go | None = None) -> None:
    """The findings, the grave ones first; `go` is called for one that the reader wants to be led to."""
    ordered = sorted(findings, key=lambda finding: (not finding.blocks, list(_ICONS).index(_kind(finding))))
    for number, finding in enumerate(ordered[:_SHOWN]):
        _draw(finding, go, number)
    if len(ordered) > _SHOWN:
        st.caption(say("findings.more", count=len(ordered) - _SHOWN))


def verdict(*, ok: bool, findings: Sequence[Finding]) -> None:
    """One line: whether it may go live, and how much there is to read."""
    errors = sum(finding.blocks for finding in findings)
    if not ok:
        st.error(say("findings.refused", count=max(errors, 1)), icon=":material/block:")
    elif findings:
        st.success(say("findings.advised", count=len(findings)), icon=":material/check_circle:")
    else:
        st.success(say("findings.none"), icon=":material/check_circle:")


def _draw(finding: Finding, go: Go | None, number: int) -> None:
    icon, colour = _ICONS[_kind(finding)]
    with st.container(horizontal=True, vertical_alignment="top"):
        said = f":{colour}[{icon}] **{plain(finding.message)}**"
        more = [f"{code(finding.code)} · {code(_place(finding))}", plain(finding.fix)]
        if finding.waiver is not None:
            more.append(plain(say("findings.waived", by=finding.waiver)))
        small = "  \n".join(filter(None, more))
        st.markdown(f"{said}  \n:small[{small}]")
        if go is not None:
            st.button(
                say("findings.go"),
                key=f"finding_{number}",
                icon=":material/my_location:",
                type="tertiary",
                on_click=go,
                args=(finding,),
                width="content",
            )


def _place(finding: Finding) -> str:
    return finding.path if finding.line is None else f"{finding.path}:{finding.line}"


def _kind(finding: Finding) -> str:
    return finding.severity if finding.severity in _ICONS else "info"
