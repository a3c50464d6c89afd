"""Somebody watches the log in a browser while a client asks. All of it is real."""

import re
from datetime import UTC, datetime, timedelta

import httpx2
from playwright.sync_api import expect

from fleet_member import until
from journal_builders import an_invocation
from mcpskills.access import Role
from recorded_server import ask

CELL = "[data-testid=stDataFrame] td"


def tell_of_one(an_office) -> None:
    at = datetime.now(UTC) - timedelta(minutes=1)
    an_office.tail.tell([an_invocation(at, method="prompts/get", skill="pdf-forms")])


def test_a_call_appears_in_the_live_log_without_a_reload_and_is_shown_whole(an_office, visit):
    page = visit.page
    visit.open("logs", skill="pdf-forms")
    visit.sign_in(an_office.keys[Role.PUBLISHER])
    expect(page.get_by_text("appears here as soon as it is asked")).to_be_visible()

    with httpx2.Client(base_url=an_office.url) as client:
        ask(client, an_office.keys[Role.VIEWER], "resources/read", uri="skill://pdf-forms/SKILL.md").raise_for_status()
        expect(page.locator(CELL, has_text="resources/read")).to_have_count(1)
        ask(client, an_office.keys[Role.VIEWER], "resources/read", uri="skill://pdf-forms/missing.md")
        expect(page.locator(CELL, has_text="resources/read")).to_have_count(2)

        # What no journal has is told by the server's stream alone.
        told = page.locator(CELL, has_text="prompts/get")
        until(lambda: tell_of_one(an_office) or told.count() > 0, lambda: "the page is not told")

    # The newest is the first; its row is chosen by its box, as the keyboard does.
    page.locator(".dvn-scroller").click(position={"x": 12, "y": 52})
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("missing.md").first).to_be_visible()
    dialog.get_by_role("button", name="All of this caller").click()
    expect(page.get_by_label("Caller", exact=True)).to_have_value(re.compile("^key:"))
    expect(page.get_by_label("Skill", exact=True)).to_have_value("")
    expect(dialog).to_have_count(0)

    # Who pauses is left alone.
    page.get_by_text("Live", exact=True).click()
    expect(page.get_by_text("The newest 2")).to_have_count(0)
    with httpx2.Client(base_url=an_office.url) as client:
        ask(client, an_office.keys[Role.VIEWER], "resources/read", uri="skill://pdf-forms/SKILL.md").raise_for_status()
    expect(page.locator(CELL, has_text="resources/read")).to_have_count(2)
