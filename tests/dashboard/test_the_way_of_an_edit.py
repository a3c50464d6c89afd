"""A skill is edited in the browser, judged while one types, proposed, looked at, merged and live. All of it is real."""

import pytest
from playwright.sync_api import expect

from builders import skill_folder
from mcpskills.access import Role

pytestmark = pytest.mark.nightly

FOUND = ".squiggly-error"
LINES = ".mcpskills-pane .view-line"


def test_an_edit_is_marked_where_it_is_wrong_and_live_once_it_is_merged(an_office, visit):
    an_office.publish(skill_folder("letters", body="# Letters\n\nWrite a letter.\n"))
    page = visit.page
    visit.open("edit", name="letters")
    visit.sign_in(an_office.keys[Role.PUBLISHER])

    # A key that stands twice is an error, marked where it is.
    page.locator(LINES, has_text="name:").click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("description: Writes letters.")
    expect(page.locator(FOUND)).to_be_visible()
    expect(page.get_by_role("button", name="Propose")).to_be_disabled()
    page.get_by_text("Findings (1)").click()
    expect(page.get_by_text("stands twice")).to_be_visible()

    # What is right is proposed, and nothing else happens.
    page.locator(LINES, has_text="Writes").click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.insert_text("license: MIT")
    expect(page.locator(FOUND)).to_have_count(0)
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("heading", name="Update letters")).to_be_visible()
    expect(page.get_by_text("+license: MIT")).to_be_visible()
    assert an_office.admin("GET", "/skills/letters").json()["live_version"] == 1

    # Merged, it is live as soon as the publisher has looked.
    page.get_by_role("button", name="Merge").click()
    page.get_by_role("dialog").get_by_role("button", name="Merge").click()
    expect(page.get_by_text("The publisher is looking at what was merged")).to_be_visible()
    an_office.land()
    expect(page.get_by_text("letters is live as version 2.")).to_be_visible()
    assert an_office.admin("GET", "/skills/letters").json()["live_version"] == 2
