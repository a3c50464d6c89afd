"""Charts over time as specifications of Vega-Lite, in colours that stand out from the light background and from the dark one.

Who cannot tell colours apart has dashes, labels and the tables; `tests/dashboard/test_charts.py` holds the colours to that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

CALLS: Final = "#23907b"
ERRORS: Final = "#d2544b"
USERS: Final = "#4f7fe0"
QUIET: Final = "#78837f"
VERSIONS: Final = ("#23907b", "#c4671a", "#4f7fe0", "#a955c0", "#8c7a1c", "#d2544b", QUIET)
PERCENTILES: Final = ("#23907b", "#c4671a", "#a955c0")

_HEIGHT: Final = 240
_ROWS: Final = 3
"""Of the texts of marks, so that those of one hour can be read."""

_ROW: Final = 14
_FIRST_ROW: Final = 6
_COUNTED: Final = {"tickMinStep": 1}
"""What is counted is whole."""

_DASHES: Final = ([1, 0], [6, 3], [2, 2])

Point = Mapping[str, Any]
"""`at` in RFC 3339, `of` is the name of a series, `value` a number or None."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment at which something changed: `at` in RFC 3339, a short text that stands above, and what it says when pointed at."""

    at: str
    short: str
    told: str


@dataclass(frozen=True, slots=True)
class Look:
    """`names` of the series with their `colours`, in the order of both; `alt` is the chart in a sentence."""

    names: Sequence[str]
    colours: Sequence[str]
    alt: str
    hours: bool


def bars(points: Sequence[Point], look: Look, marks: Sequence[Mark] = ()) -> None:
    """The series on top of each other, step by step, and marks across them."""
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": list(points)},
            "mark": {"type": "bar", "tooltip": True},
            "encoding": {
                "x": _time(look),
                "y": {"field": "value", "type": "quantitative", "aggregate": "sum", "title": None, "axis": _COUNTED},
                "color": _colour(look),
                "order": {"field": "place", "type": "quantitative"},
                "tooltip": _tooltip(look),
            },
        }
    ]
    if marks:
        layers += _marks(marks, look)
    _draw({"layer": layers}, look)


def lines(points: Sequence[Point], look: Look) -> None:
    """The series as lines, which are told apart by their dashes as well. A step without a value is a gap."""
    series = {"field": "of", "type": "nominal", "sort": None, "title": None}
    line = {
        "data": {"values": list(points)},
        "mark": {"type": "line", "point": True, "strokeWidth": 2, "tooltip": True},
        "encoding": {
            "x": _time(look),
            "y": {"field": "value", "type": "quantitative", "title": None},
            "color": {**_colour(look), "legend": {"orient": "top", "symbolType": "stroke", "symbolStrokeWidth": 2}},
            "strokeDash": {
                **series,
                "scale": {"domain": list(look.names), "range": list(_DASHES)},
                "legend": {"orient": "top", "symbolType": "stroke", "symbolStrokeWidth": 2},
            },
            "tooltip": _tooltip(look),
        },
    }
    _draw(line, look)


def _draw(spec: dict[str, Any], look: Look) -> None:
    st.vega_lite_chart({**spec, "height": _HEIGHT, "autosize": {"type": "fit", "contains": "padding"}}, alt=look.alt)


def _time(look: Look) -> dict[str, Any]:
    """Hours are those of the reader, days those that were counted."""
    told = {"field": "at", "type": "temporal", "title": None}
    if look.hours:
        return {**told, "timeUnit": "yearmonthdatehours", "axis": {"format": "%H:%M", "labelOverlap": True}}
    axis = {"format": "%m-%d", "labelOverlap": True}
    return {**told, "timeUnit": "utcyearmonthdate", "scale": {"type": "utc"}, "axis": axis}


def _colour(look: Look) -> dict[str, Any]:
    legend = {"orient": "top"} if len(look.names) > 1 else None
    scale = {"domain": list(look.names), "range": list(look.colours[: len(look.names)])}
    return {"field": "of", "type": "nominal", "title": None, "scale": scale, "legend": legend}


def _tooltip(look: Look) -> list[dict[str, Any]]:
    at = _time(look)
    shown = "%Y-%m-%d %H:%M" if look.hours else "%Y-%m-%d"
    return [
        {"field": "at", "type": "temporal", "timeUnit": at["timeUnit"], "format": shown, "title": " "},
        {"field": "of", "type": "nominal", "title": "  "},
        {"field": "value", "type": "quantitative", "format": ",", "title": "   "},
    ]


def _marks(marks: Sequence[Mark], look: Look) -> list[dict[str, Any]]:
    x = {key: value for key, value in _time(look).items() if key not in {"timeUnit", "axis"}}
    told = [{"field": "told", "type": "nominal", "title": " "}]
    rule = {"type": "rule", "color": QUIET, "strokeWidth": 2, "strokeDash": [4, 3]}
    layers = [{"data": _values(marks), "mark": rule, "encoding": {"x": x, "tooltip": told}}]
    for place in range(_ROWS):
        # What stands to the left of its mark is never cut off by the end of the chart.
        text = {"type": "text", "color": QUIET, "align": "right", "dx": -4, "fontSize": 12, "fontWeight": "bold"}
        y = {"value": _FIRST_ROW + place * _ROW}
        shown = {"x": x, "y": y, "text": {"field": "short"}, "tooltip": told}
        layers.append({"data": _values(marks[place::_ROWS]), "mark": text, "encoding": shown})
    return layers


def _values(marks: Sequence[Mark]) -> dict[str, Any]:
    return {"values": [{"at": mark.at, "short": mark.short, "told": mark.told} for mark in marks]}
