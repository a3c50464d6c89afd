"""What is served is changed from a skill's page, in a real browser."""

import pytest
from playwright.sync_api import expect

from builders import skill_folder


@pytest.fixture(scope="module")
def sums(an_office):
    for number in (1, 2):
        an_office.publish(skill_folder("sums", body=f"# Sums\n\nVersion {number}.\n"))
    return an_office


def status(office, name: str):
    return office.admin("GET", f"/skills/{name}").json()


def test_a_skill_is_taken_offline_by_who_says_why_and_types_its_name_and_comes_back(sums, visit):
    visit.open("skill", name="sums")
    visit.sign_in(sums.keys["publisher"])
    page = visit.page

    page.get_by_role("button", name="Take offline").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("It waits for a review.")
    dialog.get_by_label("Type `sums` to confirm").fill("another")
    dialog.get_by_role("button", name="Take offline").click()
    expect(dialog.get_by_text("That is not the name")).to_be_visible()
    assert status(sums, "sums")["status"] == "ACTIVE"

    dialog.get_by_label("Type `sums` to confirm").fill("sums")
    dialog.get_by_role("button", name="Take offline").click()
    expect(page.get_by_text("Live on the one replica there is.")).to_be_visible()
    expect(page.get_by_text("Taken offline by Ada's publisher")).to_be_visible()
    assert status(sums, "sums")["hold"]["reason"] == "It waits for a review."

    page.get_by_role("button", name="Bring online").click()
    dialog.get_by_role("button", name="Bring online").click()
    expect(page.get_by_text("Taken offline by Ada's publisher")).to_have_count(0)
    assert status(sums, "sums")["status"] == "ACTIVE"


def test_a_rollback_says_where_to_and_is_live_at_once(sums, visit):
    visit.open("skill", name="sums")
    visit.sign_in(sums.keys["publisher"])
    page = visit.page

    page.get_by_role("button", name="Roll back").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("Version 2 adds wrongly.")
    dialog.get_by_role("button", name="Roll back").click()

    expect(page.get_by_text("Rolled back to version 1 by Ada's publisher")).to_be_visible()
    expect(page.get_by_text("Version 1.", exact=True)).to_be_visible()
    assert status(sums, "sums")["live_version"] == 1
