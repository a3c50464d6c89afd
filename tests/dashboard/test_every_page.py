"""What is so on every page, in a real browser: nothing leaves the machine, and nobody is left out."""

import pytest

from browsing import visiting
from mcpskills_dashboard import navigation
from shown_pages import PAGES


def test_every_page_is_looked_at():
    assert set(PAGES) == {row.path for row in navigation.PAGES}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_leaves_the_machine_or_anybody_out(an_office, a_dashboard, browser, scheme):
    with visiting(browser, a_dashboard, scheme=scheme) as visit:
        for path, parameters in PAGES.items():
            visit.open(path, **parameters)
            visit.sign_in(an_office.keys["owner"])
            visit.settled()

            assert (path, visit.grave_findings()) == (path, [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_is_not_signed_in_is_not_left_out(a_dashboard, browser, scheme):
    with visiting(browser, a_dashboard, scheme=scheme) as visit:
        visit.open()
        visit.settled()

        assert visit.grave_findings() == []
