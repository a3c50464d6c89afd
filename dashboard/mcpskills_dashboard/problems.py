"""Errors as sentences, those of the server in its own words, where the page would have shown what it asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from mcpskills.errors import McpSkillsError
from mcpskills_dashboard import signing_in
from mcpskills_dashboard.client.refusals import RefusedError
from mcpskills_dashboard.language import say
from mcpskills_dashboard.language.errors import sentence
from mcpskills_dashboard.markdown import plain


@contextmanager
def part(missing: str | None = None) -> Iterator[None]:
    """A part of a page that may fail alone. `missing` is what to say where the server has no such thing or no such route."""
    try:
        yield
    except RefusedError as error:
        if error.asks_who:
            signing_in.forget(say("signing_in.ended"))
            st.rerun()
        if error.missing and missing is not None:
            st.info(missing, icon=":material/info:")
            return
        show(error)
    except McpSkillsError as error:
        show(error)


def show(error: McpSkillsError) -> None:
    """The error as a sentence, with what to do about it where that is known."""
    said = plain(sentence(error))
    if isinstance(error, RefusedError) and error.moved_on:
        said = f"{said} {say('common.look_again')}"
    st.error(said, icon=":material/error:")
