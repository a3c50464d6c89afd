"""What skills and people say is text on the pages, whatever it looks like: it reads and copies as it is, and leads nowhere."""

import pytest
from playwright.sync_api import expect

from builders import skill_folder

BAIT = (
    "Fills in forms. See https://evil.example/a_b?c=1#d, http://192.0.2.1 and WWW.evil.example; write to ops@evil.example -> "
    ":material/key: :streamlit: :smile: :red[now] [x](https://evil.example) <https://evil.example> -- or >= 2 ~= 3."
)
COPIED = "element => { const all = getSelection(); all.selectAllChildren(element); return all.toString(); }"
MADE = "a, img, strong, em, del, [role=img], [style*=color]"
NAME = "data/a]] www.evil.example **b**.json"
LOOKALIKES = str.maketrans("[]", "\uff3b\uff3d")


@pytest.fixture(scope="module")
def baited(an_office):
    an_office.publish(skill_folder("bait", description=f"'{BAIT}'", files={NAME: "{}"}))
    assert an_office.admin("DELETE", "/skills/bait", params={"reason": BAIT}).is_success
    an_office.propose("bait", skill_folder("bait", description=f"'{BAIT}'", body="", files={NAME: "{}"}))
    return an_office


def paragraphs(page, words: str):
    return page.get_by_test_id("stMain").locator("p").filter(has_text=words)


def test_addresses_and_marks_in_a_description_and_a_reason_are_words(baited, visit):
    visit.open("skill", name="bait")
    visit.sign_in(baited.keys["owner"])

    said = paragraphs(visit.page, "~= 3.")
    expect(said).to_have_count(2)
    visit.settled()
    [description, hold] = [each.evaluate(COPIED) for each in said.all()]

    assert description == BAIT
    assert BAIT in hold
    expect(said.locator(MADE)).to_have_count(0)


def test_a_file_whose_name_ends_marks_is_named_as_it_is(baited, visit):
    visit.open("proposal", id="bait")
    visit.sign_in(baited.keys["owner"])

    place = paragraphs(visit.page, "skills/bait/data/").locator("code").last
    expect(place).to_have_text(f"skills/bait/{NAME}".translate(LOOKALIKES))
    visit.settled()
    expect(visit.page.get_by_test_id("stMain").locator("a[href*='evil']")).to_have_count(0)
