"""When there is something to do for the jobs that keep statistics."""

from datetime import timedelta

import pytest

from catalog_builders import NOON
from mcpskills_server.statistics.keeping import until_changed, until_due


@pytest.mark.parametrize(("minutes", "due"), [(0, 15), (14, 1), (15, 60), (59, 16)])
def test_an_hour_is_folded_a_quarter_of_an_hour_after_it_is_over(minutes: int, due: int):
    assert until_due(NOON + timedelta(minutes=minutes)) == due * 60


@pytest.mark.parametrize(("minutes", "due"), [(0, 20), (15, 5), (20, 40), (59, 1)])
def test_figures_change_when_an_hour_begins_and_when_everybody_has_folded(minutes: int, due: int):
    assert until_changed(NOON + timedelta(minutes=minutes)) == due * 60
