"""What the rules found, as a list that people read: what is wrong, where, and what to do.

In a language that has words for the rule these come first, and the finding's own with their particulars below them.
"""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from mcpskills_dashboard.client.findings import Finding
from mcpskills_dashboard.language import rules, say
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


def one_text(finding: Finding) -> str:
    """All that is to be said of it, where no Markdown is read."""
    told = rules.told(finding.code)
    if told is None:
        return _own_words(finding)
    return "\n".join((told.title, told.fix, say("findings.original", said=_own_words(finding))))


def _draw(finding: Finding, go: Go | None, number: int) -> None:
    icon, colour = _ICONS[_kind(finding)]
    with st.container(horizontal=True, vertical_alignment="top"):
        told = rules.told(finding.code)
        more = [f"{code(finding.code)} · {code(_place(finding))}", plain(finding.fix) if told is None else told.fix]
        if finding.waiver is not None:
            more.append(plain(say("findings.waived", by=finding.waiver)))
        if told is not None:
            more.append(f":gray[{plain(say('findings.original', said=_own_words(finding)))}]")
        title = plain(finding.message) if told is None else told.title
        small = "  \n".join(filter(None, more))
        st.markdown(f":{colour}[{icon}] **{title}**  \n:small[{small}]")
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


def _own_words(finding: Finding) -> str:
    return f"{finding.message.rstrip('.')}. {finding.fix}".strip()


def _place(finding: Finding) -> str:
    return finding.path if finding.line is None else f"{finding.path}:{finding.line}"


def _kind(finding: Finding) -> str:
    return finding.severity if finding.severity in _ICONS else "info"
