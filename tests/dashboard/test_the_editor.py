"""The editor in a real browser: what it offers while one types, by keys alone, and nothing of it from elsewhere."""

import pytest
from playwright.sync_api import expect

from browsing import visiting
from mcpskills.access import Role

LINES = ".mcpskills-pane .view-line"


def test_frontmatter_is_completed_and_the_editor_is_left_by_keys(an_office, visit):
    page = visit.page
    visit.open("edit", name="pdf-forms")
    visit.sign_in(an_office.keys[Role.DEVELOPER])
    page.locator(LINES, has_text="name:").click()
    page.keyboard.press("End")

    page.keyboard.press("Enter")
    page.keyboard.type("compat")
    expect(page.locator(".suggest-widget .monaco-list-row").first).to_contain_text("compatibility")
    page.keyboard.press("Tab")
    expect(page.locator(LINES, has_text="compatibility:")).to_be_visible()

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Tab now leaves the editor.")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.mcpskills-pane')") is None


def test_files_are_opened_made_renamed_and_deleted_in_the_tree_by_keys(an_office, visit):
    page = visit.page
    visit.open("edit", name="pdf-forms")
    visit.sign_in(an_office.keys[Role.DEVELOPER])
    page.get_by_role("button", name="New file").click()
    page.keyboard.type("scripts/fill.py")
    page.keyboard.press("Enter")
    page.keyboard.type("print(1)")

    expect(page.get_by_role("treeitem", name="fill.py")).to_have_attribute("aria-selected", "true")
    page.get_by_role("treeitem", name="fill.py").press("F2")
    page.keyboard.type("run.py")
    page.keyboard.press("Enter")
    expect(page.get_by_role("treeitem", name="run.py")).to_be_focused()
    expect(page.get_by_text("Changes (1)")).to_be_visible()
    page.keyboard.press("Delete")

    expect(page.get_by_role("treeitem")).to_have_count(1)
    expect(page.get_by_text("Changes (0)")).to_be_visible()


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_leaves_nobody_out_whatever_stands_beside_it(an_office, a_dashboard, browser, scheme):
    with visiting(browser, a_dashboard, scheme=scheme) as visit:
        page = visit.page
        visit.open("edit", name="pdf-forms")
        visit.sign_in(an_office.keys[Role.DEVELOPER])
        page.locator(LINES, has_text="name:").click()
        page.keyboard.press("End")
        page.keyboard.press("Enter")
        page.keyboard.insert_text("description: Twice.")
        expect(page.locator(".squiggly-error")).to_be_visible()

        for view in ("Preview", "Findings (1)", "Changes (1)"):
            page.get_by_text(view).click()
            visit.settled()

            assert (view, visit.grave_findings()) == (view, [])
