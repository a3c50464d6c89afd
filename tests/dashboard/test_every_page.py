"""What is so on every page, in a real browser: nothing leaves the machine, and nobody is left out."""

import pytest

from browsing import visiting
from mcpskills_dashboard import language, navigation
from shown_pages import PAGES, PARTS


def test_every_page_is_looked_at():
    assert set(PAGES) == {row.path for row in navigation.PAGES}


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_no_page_leaves_the_machine_or_anybody_out(an_office, a_dashboard, browser, scheme):
    with visiting(browser, a_dashboard, scheme=scheme) as visit:
        visit.open()
        visit.sign_in(an_office.keys["owner"])
        for path, parameters in PAGES.items():
            visit.open(path, **parameters)
            visit.page.locator("section[data-testid=stSidebar]").wait_for()
            visit.settled()

            assert (path, visit.grave_findings()) == (path, [])


@pytest.mark.parametrize("path", PARTS)
def test_no_part_of_a_page_leaves_anybody_out(an_office, a_dashboard, browser, path):
    with visiting(browser, a_dashboard, scheme="dark") as visit:
        visit.open(path)
        visit.sign_in(an_office.keys["owner"])
        for part in PARTS[path]:
            visit.settled()
            visit.page.get_by_text(language.text("en", f"{path}.part.{part}"), exact=True).click()
            visit.page.wait_for_url(f"**part={part}*")
            visit.settled()

            assert (part, visit.grave_findings()) == (part, [])


def test_nothing_that_stands_over_a_page_leaves_anybody_out(an_office, a_dashboard, browser):
    with visiting(browser, a_dashboard, scheme="dark") as visit:
        visit.open("settings")
        visit.sign_in(an_office.keys["owner"])
        visit.settled()
        page = visit.page

        page.get_by_role("button", name="Actions").first.click()
        assert ("menu", visit.grave_findings()) == ("menu", [])

        page.get_by_text("Change …").click()
        page.get_by_role("dialog").get_by_role("button", name="Save").wait_for()
        visit.settled()
        assert ("dialog", visit.grave_findings()) == ("dialog", [])

        page.keyboard.press("Escape")
        page.get_by_role("link", name="Releases").click()
        page.get_by_role("button", name="Compare with Git now").click()
        # It stays for as long as somebody points at it.
        page.get_by_test_id("stToast").hover()
        assert ("toast", visit.grave_findings()) == ("toast", [])
        assert page.get_by_test_id("stToast").is_visible()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_who_is_not_signed_in_is_not_left_out(a_dashboard, browser, scheme):
    with visiting(browser, a_dashboard, scheme=scheme) as visit:
        visit.open()
        visit.settled()

        assert visit.grave_findings() == []
