"""Colours of charts stand out from what is behind them: 3 to 1, as WCAG 2.2 (1.4.11) asks of graphics."""

import pytest

from mcpskills_dashboard import appearance
from mcpskills_dashboard.usage import charts

COLOURS = sorted({charts.CALLS, charts.ERRORS, charts.USERS, charts.QUIET, *charts.VERSIONS, *charts.PERCENTILES})


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, brighter = sorted((luminance(one), luminance(other)))
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("theme", [appearance.LIGHT, appearance.DARK])
def test_a_colour_stands_out_in_both_themes(theme, colour):
    assert contrast(colour, theme["backgroundColor"]) >= 3


def test_the_versions_are_told_apart():
    assert len(set(charts.VERSIONS)) == len(charts.VERSIONS)
