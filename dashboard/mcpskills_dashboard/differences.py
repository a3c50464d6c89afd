"""How a file differs, line by line."""

import streamlit as st


def draw(unified: str) -> None:
    """A unified diff, without the lines that name the two files."""
    lines = unified.split("\n")
    named = len(lines) > 1 and lines[0].startswith("--- ") and lines[1].startswith("+++ ")
    st.code("\n".join(lines[2:] if named else lines), language="diff", wrap_lines=True)
