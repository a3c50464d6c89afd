"""Looking at proposals and deciding about them: what is shown, who may do what, and that the head that was seen is meant."""

import pytest
from playwright.sync_api import expect

from browsing import visiting
from builders import skill_folder
from dashboard_office import words
from mcpskills.access import Role

REFUSED = "---\nname: {name}\n---\n# No description\n"


def button(visit, label: str):
    return next(each for each in visit.button if each.label == label)


def answer(visit, label: str):
    """Press the button of the dialog that this button opens; the page tester forgets a dialog that is not asked for again."""
    button(visit, label).click()
    return visit.button(key=f"FormSubmitter:asking_{label}-{label}").click().run()


def labels(visit) -> list[str]:
    return [each.label for each in visit.main.button]


def state(office, which: str) -> str:
    return office.admin("GET", f"/proposals/{which}").json()["state"]


def test_open_proposals_are_listed_with_their_authors(an_office):
    visit = an_office.visit("proposals", "developer")

    assert "Change csv-profile" in [link.label.replace("\\", "") for link in visit.get("page_link")]
    assert "Ada Author" in words(visit)


def test_the_listing_says_what_the_rules_say_once_it_is_known(an_office):
    which = an_office.propose("undescribed", skill_folder("undescribed", text=REFUSED.format(name="undescribed")))
    an_office.visit("proposal", "developer", id=which)

    assert "1 error" in words(an_office.visit("proposals", "developer"))
    assert "1 个错误" in words(an_office.visit("proposals", "developer", language="zh"))


def test_a_proposal_shows_how_it_differs_from_what_is_live(an_office):
    visit = an_office.visit("proposal", "developer", id="count-columns")

    assert "+Count rows and columns." in words(visit)
    assert "compared with version 1, which is live" in words(visit)
    assert "it may go live" in words(visit)


@pytest.mark.parametrize(("role", "offered"), [("developer", ["Close"]), ("publisher", ["Approve", "Merge", "Close"])])
def test_nobody_is_offered_what_their_role_may_not_do(an_office, role, offered):
    visit = an_office.visit("proposal", role, id="count-columns")

    assert labels(visit) == offered


def test_a_viewer_sees_no_proposals(an_office):
    assert "proposals:read" in words(an_office.visit("proposals", "viewer"))


def test_a_proposal_that_breaks_rules_shows_why_and_cannot_be_merged(an_office):
    broken = skill_folder("broken", text=REFUSED.format(name="broken"))

    visit = an_office.visit("proposal", "publisher", id=an_office.propose("broken", broken))

    assert button(visit, "Merge").disabled
    assert "description" in words(visit)


def test_an_approval_is_of_the_head_that_was_looked_at(an_office):
    which = an_office.propose("approved", skill_folder("approved"))
    visit = an_office.visit("proposal", "publisher", id=which)
    button(visit, "Approve").click().run()
    an_office.propose("approved", skill_folder("approved", body="# Another\n\nSomething else.\n"))

    answer(visit, "Approve")

    assert "has changed since you looked" in words(visit)
    assert an_office.admin("GET", f"/proposals/{which}").json()["approvals"] == []


def test_a_proposal_is_closed_with_a_comment(an_office):
    which = an_office.propose("unwanted", skill_folder("unwanted"))
    visit = an_office.visit("proposal", "developer", id=which)
    button(visit, "Close").click().run()

    visit.text_area(key="proposal_comment").set_value("There is another one.")
    answer(visit, "Close")

    assert state(an_office, which) == "closed"
    assert "There is another one" in words(visit)


def test_what_was_merged_is_followed_until_it_is_live(an_office):
    which = an_office.propose("landed", skill_folder("landed"))
    visit = an_office.visit("proposal", "publisher", id=which)
    button(visit, "Merge").click().run()

    answer(visit, "Merge")
    waiting = visit.get("progress")
    an_office.land()
    visit.run()

    assert len(waiting) == 1
    assert "landed is live as version 1." in words(visit)
    assert "the same as version 1, which is live" in words(an_office.visit("proposal", "publisher", id=which))


def test_a_proposal_that_is_not_there_is_a_sentence(an_office):
    visit = an_office.visit("proposal", "developer", id="nothing")

    [error] = visit.error
    assert "nothing" in error.value


def test_a_merge_that_is_not_to_be_had_can_be_read_all_the_same(an_office, a_dashboard, browser):
    which = an_office.propose("unmergeable", skill_folder("unmergeable", text=REFUSED.format(name="unmergeable")))

    with visiting(browser, a_dashboard) as visit:
        visit.open("proposal", id=which)
        visit.sign_in(an_office.keys[Role.PUBLISHER])
        merge = visit.page.get_by_role("button", name="Merge")
        expect(merge).to_be_disabled()
        colour = merge.evaluate("button => getComputedStyle(button.querySelector('p')).color")
        behind = merge.evaluate("button => getComputedStyle(button.closest('.stApp')).backgroundColor")

    assert colour != behind
