"""What Streamlit draws again without the rest of the page: fragments, and dialogs, which are fragments as well.

It asks nobody then who is there, and what such a part does, it does as who was there when the page was drawn. So each asks here
first. `pyproject.toml` forbids Streamlit's own two to all other modules.
"""

from collections.abc import Callable
from functools import wraps
from typing import Literal, ParamSpec

import streamlit as st

from mcpskills_dashboard import signing_in

P = ParamSpec("P")


def fragment(run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Draw it again when something in it is used, and every so many seconds, for as long as the visit lasts."""

    def made(draw: Callable[P, None]) -> Callable[P, None]:
        return st.fragment(_for_who_is_here(draw), run_every=run_every)

    return made


def dialog(
    title: str, *, icon: str | None = None, on_dismiss: Callable[[], None] | Literal["ignore"] = "ignore"
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Draw it over the page. What is used in it draws it again, for as long as the visit lasts."""

    def made(draw: Callable[P, None]) -> Callable[P, None]:
        return st.dialog(title, icon=icon, width="medium", on_dismiss=on_dismiss)(_for_who_is_here(draw))

    return made


def _for_who_is_here(draw: Callable[P, None]) -> Callable[P, None]:
    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        if signing_in.has_left():
            # The whole page, which asks who is there.
            st.rerun()
        draw(*args, **kwargs)

    return drawn
