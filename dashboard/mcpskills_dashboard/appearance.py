"""How the pages look: two themes, whose colours are checked for contrast, and what stands in the browser's tab."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import streamlit as st

ICON: Final = Path(__file__).with_name("icon.svg")
"""Of the browser's tab. Streamlit would fetch one of its own icons from another machine."""

LIGHT: Final[Mapping[str, Any]] = {
    "primaryColor": "#0f6b5c",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f3f6f5",
    "textColor": "#0a100f",
    "borderColor": "#d5dedb",
    "linkColor": "#0b6152",
    "codeBackgroundColor": "#f3f6f5",
    "codeTextColor": "#0a100f",
    "greenColor": "#1a7f4b",
    "greenTextColor": "#12643a",
    "greenBackgroundColor": "#e3f4ea",
    "redColor": "#c0392f",
    "redTextColor": "#a12a22",
    "redBackgroundColor": "#fbe9e7",
    "orangeColor": "#b35c00",
    "orangeTextColor": "#8a4700",
    "orangeBackgroundColor": "#fdf0df",
    "yellowTextColor": "#6f5200",
    "yellowBackgroundColor": "#fbf4d4",
    "blueColor": "#1f66b0",
    "blueTextColor": "#1a558f",
    "blueBackgroundColor": "#e6f0fa",
    "violetTextColor": "#6034a8",
    "violetBackgroundColor": "#f0eafa",
    "grayColor": "#5b6765",
    "grayTextColor": "#4d5957",
    "grayBackgroundColor": "#edf1f0",
    "dataframeHeaderBackgroundColor": "#f3f6f5",
}

DARK: Final[Mapping[str, Any]] = {
    "primaryColor": "#45b8a0",
    "backgroundColor": "#101716",
    "secondaryBackgroundColor": "#18211f",
    "textColor": "#e7eeec",
    "borderColor": "#2f3b39",
    "linkColor": "#6cd3bd",
    "codeBackgroundColor": "#18211f",
    "codeTextColor": "#e7eeec",
    "greenColor": "#4cc38a",
    "greenTextColor": "#7ddba8",
    "greenBackgroundColor": "#15301f",
    "redColor": "#f0746a",
    "redTextColor": "#ff9d94",
    "redBackgroundColor": "#3a1a18",
    "orangeColor": "#f0a04b",
    "orangeTextColor": "#f7b974",
    "orangeBackgroundColor": "#37240f",
    "yellowTextColor": "#e9cf6d",
    "yellowBackgroundColor": "#322b10",
    "blueColor": "#6cb0f5",
    "blueTextColor": "#93c6fa",
    "blueBackgroundColor": "#14283d",
    "violetTextColor": "#c3a6f5",
    "violetBackgroundColor": "#281d3f",
    "grayColor": "#93a19e",
    "grayTextColor": "#a9b5b2",
    "grayBackgroundColor": "#222c2a",
    "dataframeHeaderBackgroundColor": "#18211f",
}

_BOTH: Final[Mapping[str, Any]] = {
    # Fonts of the reader's machine: Chinese needs one that has its characters, and nothing is fetched.
    "font": "'Source Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif",
    "baseRadius": "0.5rem",
    "headingFontWeights": [700, 650, 600, 600, 600, 600],
    "headingFontSizes": ["1.9rem", "1.35rem", "1.1rem", "1rem", "0.95rem", "0.9rem"],
    "metricValueFontSize": "1.5rem",
    "showWidgetBorder": True,
    "paddingTop": "2.5rem",
    "showSidebarBorder": True,
    "chartCategoricalColors": ["#2f9e88", "#d97b29", "#5b8def", "#b05cc6", "#c9a227", "#d2544b"],
}

_TOKENS: Final[Mapping[str, tuple[str, ...]]] = {
    "grayTextColor": ("comment", "prolog", "doctype", "cdata"),
    "blueTextColor": ("atrule", "keyword", "tag", "property", "selector", "attr-name", "title"),
    "greenTextColor": ("string", "char", "attr-value", "inserted", "url"),
    "orangeTextColor": ("number", "boolean", "constant", "symbol", "builtin", "regex", "important", "variable"),
    "violetTextColor": ("function", "class-name", "entity"),
    "redTextColor": ("deleted",),
}
"""What stands in source, by the colour that it is written in: Streamlit's own fall short of a contrast of 4.5 to 1."""


def _sources() -> str:
    rules = [".stCode .token, .stCode .token.unchanged .token { color: inherit !important; }"]
    for colour, kinds in _TOKENS.items():
        each = ", ".join(f".stCode .token.{kind}" for kind in kinds)
        rules.append(f"{each} {{ color: light-dark({LIGHT[colour]}, {DARK[colour]}) !important; }}")
    return "\n".join(rules)


_STYLE: Final = f"""<style>
{_sources()}
.stCode pre, .stCode pre code {{ overflow-wrap: anywhere !important; white-space: pre-wrap !important; }}
.stCode .react-syntax-highlighter-line-number {{
  color: light-dark({LIGHT["grayTextColor"]}, {DARK["grayTextColor"]}) !important;
  opacity: 1 !important;
}}
[data-testid^="stBaseButton-primary"]:enabled, [data-testid^="stBaseButton-primary"]:enabled p {{
  color: light-dark(#ffffff, #04201a) !important;
}}
[data-tag], [data-tag] button {{ color: light-dark(#ffffff, #04201a) !important; }}
[data-testid="stMenuButtonButton"][aria-expanded="true"], [data-testid="stMenuButtonButton"][aria-expanded="true"] p {{
  color: light-dark({LIGHT["linkColor"]}, {DARK["linkColor"]}) !important;
}}
</style>"""
"""What the options cannot say, for contrast: source with its numbers, words on the main colour, and an open menu.

Source is wrapped: what scrolls sideways is out of reach for who has no mouse.
"""

_DARK_BODY: Final = "<style>body { color-scheme: dark; }</style>"
"""Dialogs stand beside the element that Streamlit calls dark, where `light-dark` would be light."""

OPTIONS: Final[Mapping[str, Any]] = {
    "theme.sidebar.paddingTop": "0.5rem",
    **{f"theme.{name}": value for name, value in _BOTH.items()},
    **{f"theme.light.{name}": value for name, value in LIGHT.items()},
    **{f"theme.dark.{name}": value for name, value in DARK.items()},
}
"""As Streamlit wants to be told."""


def draw() -> None:
    """Put the style on the page. Dialogs stand beside it, and do not know of themselves that it is dark."""
    st.html(_STYLE)


def draw_for_dialogs() -> None:
    """Put the rest of the style at the end of the margin, where nothing moves when the theme is known later than the page."""
    with st.sidebar:
        if st.context.theme.type == "dark":
            st.html(_DARK_BODY)
