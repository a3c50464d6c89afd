"""One run of the script: who visits, where they are, and that page."""

import streamlit as st

from mcpskills_dashboard import (
    appearance,
    aside,
    asking,
    language,
    navigation,
    problems,
    remembering,
    signing_in,
    spreading,
    toasts,
)
from mcpskills_dashboard.language import say


def run(start: str | None = None) -> None:
    """Streamlit calls it for each visit and each click, in a thread of its own with the state of one visitor.

    `start` is the page where a visit without an address begins, if not the first one.
    """
    language.keep()
    visitor = signing_in.visitor()
    page = navigation.chosen(visitor, start)
    st.set_page_config(page_title=f"{page.title} · {say('common.product')}", page_icon=appearance.ICON, layout="wide")
    appearance.draw()
    if visitor is None:
        signing_in.draw()
        return
    aside.draw(visitor)
    with st.sidebar:
        remembering.draw(signing_in.ticket())
    appearance.draw_for_dialogs()
    toasts.name()
    asking.told()
    spreading.draw(visitor)
    with problems.part():
        page.run()
