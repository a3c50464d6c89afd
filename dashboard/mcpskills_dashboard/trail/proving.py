"""Verifying the chain: every entry is read by the server's API and reckoned anew here, which takes a while for a long trail."""

import re
from collections.abc import Iterator
from typing import Final

import streamlit as st

from mcpskills import audit as chain
from mcpskills.audit import TrailPage
from mcpskills.errors import CorruptedError, McpSkillsError
from mcpskills_dashboard import fragments, moments, problems
from mcpskills_dashboard.client import audit
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.visitor import Visitor

_HASH: Final = re.compile(r"[0-9a-f]{64}")


def offer(visitor: Visitor) -> None:
    if st.button(say("audit.verify"), icon=":material/verified_user:"):
        _ask(visitor)


def _ask(visitor: Visitor) -> None:
    @fragments.dialog(say("audit.verify"), icon=":material/verified_user:")
    def dialog() -> None:
        st.markdown(say("audit.verify_explained"))
        with st.form("audit_verify", border=False):
            expect = st.text_input(
                say("audit.expect"), max_chars=64, help=say("audit.expect_help"), key="audit_expect"
            ).strip()
            begun = st.form_submit_button(say("audit.verify_button"), type="primary")
        if begun:
            _verify(visitor, expect)

    dialog()


def _verify(visitor: Visitor, expect: str) -> None:
    if expect and not _HASH.fullmatch(expect):
        st.error(say("audit.no_hash"))
        return
    bar = st.progress(0.0, say("audit.verifying"))
    try:
        head = chain.verified(_told(audit.whole(visitor.api), bar), expect or None)
    except CorruptedError as error:
        st.error(f"{say('audit.not_whole')} {plain(error.message)}", icon=":material/gpp_bad:")
        return
    except McpSkillsError as error:
        problems.show(error)
        return
    finally:
        bar.empty()
    st.success(say("audit.whole", count=head.sequence), icon=":material/verified_user:")
    st.caption(say("audit.keep_hash"))
    st.code(head.hash, language=None)


def _told(pages: Iterator[TrailPage], bar: st.delta_generator.DeltaGenerator) -> Iterator[TrailPage]:
    """The pages as they come; the bar says how far they are."""
    last = 0
    for page in pages:
        last = page.entries[-1].sequence if page.entries else last
        done, all_of_them = moments.number(last), moments.number(page.head.sequence)
        bar.progress(min(1.0, last / max(1, page.head.sequence)), say("audit.verified", done=done, all=all_of_them))
        yield page
