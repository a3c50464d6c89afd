"""Where there is nothing: say so, and what to do next."""

import streamlit as st


def draw(title: str, advice: str, icon: str = ":material/inbox:") -> None:
    """`advice` is Markdown of ours; what comes from elsewhere goes through `markdown.plain` first."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"### {icon} {title}", text_alignment="center", anchors=False)
        st.markdown(advice, text_alignment="center")
