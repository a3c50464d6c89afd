"""Who gets in, what they are offered, and what is said to those who do not."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect
from pydantic import SecretStr
from starlette.responses import PlainTextResponse

from admin_service import serving
from browsing import Visit
from builders import skill_folder
from catalog_builders import TENANT
from dashboard_office import words
from key_builders import keep_key
from mcpskills.access import Role
from mcpskills.api_key import WholeKey
from mcpskills_dashboard import signing_in, visits
from mcpskills_dashboard.settings import DashboardSettings

_CONNECT = """where => new Promise(told => {
    const socket = new WebSocket(where, ['streamlit']);
    socket.onopen = () => told('open');
    socket.onerror = () => told('refused');
})"""


def enter(visit, key: str):
    visit.text_input[0].set_value(key)
    return visit.button[0].click().run()


def test_who_is_not_signed_in_is_asked_for_a_key_and_sees_nothing_else(an_office):
    visit = an_office.visit("skills", role=None)

    assert [field.label for field in visit.text_input] == ["API key"]
    assert "pdf-forms" not in words(visit)


def test_a_key_opens_the_page_that_was_asked_for(an_office):
    visit = an_office.visit("skills", role=None)

    enter(visit, an_office.keys["viewer"])

    assert [title.value for title in visit.title] == ["Skills"]
    assert "Viewer" in "".join(each.value for each in visit.sidebar.markdown)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "Paste an API key first."),
        ("two words", "An API key has no spaces"),
        # Its text is another one in each process, so the name of the story is not made of it.
        pytest.param(WholeKey.make("default").text, "This key is not known", id="well formed"),
    ],
)
def test_what_is_no_key_is_one_sentence(an_office, key, said):
    visit = enter(an_office.visit("skills", role=None), key)

    [error] = visit.error
    assert said in error.value


def test_signing_out_forgets_the_key(an_office):
    visit = an_office.visit("skills", role="viewer")

    next(button for button in visit.sidebar.button if button.label == "Sign out").click().run()

    assert [field.label for field in visit.text_input] == ["API key"]
    assert signing_in.VISIT not in visit.session_state
    assert "signed_in_as" not in visit.session_state


def test_a_server_that_does_not_answer_for_a_while_ends_no_visit(an_office):
    visit = an_office.visit("skills", role=None)
    visit.session_state[signing_in.VISIT] = visits.kept().begin(SecretStr(an_office.keys["viewer"]), (TENANT, "viewer"))

    there = visit.session_state["settings"]
    visit.session_state["settings"] = DashboardSettings(api="http://127.0.0.1:9")
    visit.run()
    assert "does not answer" in visit.warning[0].value
    visit.session_state["settings"] = there
    visit.run()

    assert [title.value for title in visit.title] == ["Skills"]


def test_a_visit_ends_everywhere_when_the_server_no_longer_takes_its_key(an_office):
    id_ = visits.kept().begin(SecretStr(WholeKey.make("default").text), (TENANT, "viewer"))
    visit = an_office.visit("skills", role=None)
    visit.session_state[signing_in.VISIT] = id_

    visit.run()

    assert [field.label for field in visit.text_input] == ["API key"]
    assert visits.kept().key(id_) is None


def test_somebody_else_who_signs_in_on_a_page_finds_nothing_of_who_was_there(an_office):
    visit = an_office.visit("skills", role="developer")
    visit.session_state["drafts"] = "what the developer typed"
    visits.kept().end(visit.session_state[signing_in.VISIT])
    visit.run()

    enter(visit, an_office.keys["viewer"])

    assert [title.value for title in visit.title] == ["Skills"]
    assert "drafts" not in visit.session_state


def test_a_key_that_is_narrowed_is_told_from_a_role_that_gives_too_little(an_office):
    narrowed = keep_key(an_office.scene.principals, an_office.peppers, Role.OWNER, scopes=["audit:read"])
    keys = an_office.keys | {"narrowed": narrowed.text}

    of_the_key = replace(an_office, keys=keys).visit("skills", role="narrowed")
    of_the_role = an_office.visit("audit", role="viewer")

    assert "Your role gives it, but your API key" in of_the_key.warning[0].value
    assert "which your role does not give" in of_the_role.warning[0].value


def test_the_pages_speak_the_language_that_was_chosen(an_office):
    visit = an_office.visit("skills", role=None, language="zh")

    assert [field.label for field in visit.text_input] == ["API 密钥"]


def asks_who(page) -> None:
    expect(page.locator("input[type=password]")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


def shows_what_was_looked_for(page) -> None:
    expect(page.get_by_role("link", name="csv-profile")).to_be_visible()
    expect(page.get_by_role("link", name="pdf-forms")).to_have_count(0)


def test_a_visit_by_key_outlives_a_reload_and_opens_links_until_somebody_signs_out(an_office, visit):
    page = visit.page
    visit.open("skills", skills_search="csv")
    asks_who(page)
    visit.sign_in(an_office.keys["publisher"])
    shows_what_was_looked_for(page)
    page.reload()
    shows_what_was_looked_for(page)

    live = page.context.new_page()
    live.goto(f"{visit.url}/logs?skill=csv-profile")
    expect(live.get_by_role("textbox", name="Skill")).to_have_value("csv-profile")

    page.get_by_role("button", name="Sign out").click()
    asks_who(page)
    expect(live.get_by_text("Your sign-in has ended.")).to_be_visible()
    page.reload()
    asks_who(page)
    Visit(live, visit.url).sign_in(an_office.keys["publisher"])
    expect(live.get_by_role("textbox", name="Skill")).to_have_value("csv-profile")


def test_a_dialog_that_was_open_when_the_visit_ended_changes_nothing(an_office, visit):
    which = an_office.propose("left-open", skill_folder("left-open"))
    page = visit.page
    visit.open("proposal", id=which)
    visit.sign_in(an_office.keys["publisher"])
    page.get_by_role("button", name="Merge").click()
    asked = page.get_by_role("dialog").get_by_role("button", name="Merge")
    expect(asked).to_be_visible()

    elsewhere = page.context.new_page()
    elsewhere.goto(f"{visit.url}/skills")
    elsewhere.get_by_role("button", name="Sign out").click()
    asks_who(elsewhere)
    asked.click()

    expect(page.get_by_text("Your sign-in has ended.")).to_be_visible()
    asks_who(page)
    assert an_office.admin("GET", f"/proposals/{which}").json()["state"] == "open"


def test_the_browser_is_given_the_id_of_the_visit_and_never_the_key(an_office, visit):
    visit.open("skills")
    visit.sign_in(an_office.keys["viewer"])

    [first] = [each for each in visit.page.context.cookies() if each["name"].startswith("mcpskills")]
    assert (first["httpOnly"], first["sameSite"], first["expires"]) == (True, "Strict", -1)
    kept = visit.page.evaluate("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])")
    secret = an_office.keys["viewer"].rpartition("_")[2]
    assert secret not in str(visit.page.context.cookies()) + kept + visit.page.url
    assert first["value"] not in kept + visit.page.content()

    visit.page.get_by_role("button", name="Sign out").click()
    visit.sign_in(an_office.keys["viewer"])
    [second] = [each for each in visit.page.context.cookies() if each["name"].startswith("mcpskills")]
    assert second["value"] != first["value"]


def test_a_page_of_another_port_of_this_machine_cannot_look_through_a_visit(an_office, visit):
    visit.open("skills")
    visit.sign_in(an_office.keys["viewer"])
    stream = f"{visit.url.replace('http:', 'ws:')}/_stcore/stream"

    with serving(PlainTextResponse("A page of a neighbour.")) as neighbour:
        visit.page.goto(neighbour)
        opened = visit.page.evaluate(_CONNECT, stream)

    assert opened == "refused"
    [complaint] = visit.complaints
    assert "403" in complaint
    visit.complaints.clear()
