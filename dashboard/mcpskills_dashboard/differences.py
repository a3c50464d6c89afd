"""How a file differs, line by line, in colours that can be read in both themes."""

from typing import Final

import streamlit as st

from mcpskills_dashboard.appearance import DARK, LIGHT

_INSERTED: Final = f"light-dark({LIGHT['greenTextColor']}, {DARK['greenTextColor']})"
_DELETED: Final = f"light-dark({LIGHT['redTextColor']}, {DARK['redTextColor']})"

# Streamlit's own colours for these fall short of a contrast of 4.5 to 1.
_STYLE: Final = f"""<style>
.token.inserted {{ color: {_INSERTED} !important; }}
.token.deleted {{ color: {_DELETED} !important; }}
.token.unchanged, .token.unchanged .token {{ color: inherit !important; }}
</style>"""


def draw(unified: str) -> None:
    """A unified diff, without the lines that name the two files."""
    lines = unified.split("\n")
    named = len(lines) > 1 and lines[0].startswith("--- ") and lines[1].startswith("+++ ")
    st.html(_STYLE)
    st.code("\n".join(lines[2:] if named else lines), language="diff", wrap_lines=True)
