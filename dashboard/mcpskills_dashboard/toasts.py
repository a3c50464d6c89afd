"""What Streamlit's toasts lack: they are dialogs that say which element names them, and there is none."""

from typing import Final

import streamlit as st

_NAMING: Final = """<script>
window.mcpskillsToasts ??= new MutationObserver(() => {
  for (const toast of document.getElementsByClassName("stToast")) {
    const text = toast.querySelector("[data-testid=stToastText]");
    if (text) text.id ||= toast.getAttribute("aria-labelledby") ?? "";
  }
});
window.mcpskillsToasts.observe(document.body, { childList: true, subtree: true });
</script>"""


def name() -> None:
    """Have each that appears be called by what it says; where it takes no room, at the end of the margin."""
    with st.sidebar:
        st.html(_NAMING, unsafe_allow_javascript=True)
