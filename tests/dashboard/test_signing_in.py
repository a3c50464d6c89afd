"""Who gets in, what they are offered, and what is said to those who do not."""

import pytest

from dashboard_office import words
from mcpskills.api_key import WholeKey
from mcpskills_dashboard import signing_in


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
    assert signing_in.KEY not in visit.session_state
    assert "signed_in_as" not in visit.session_state


def test_the_pages_speak_the_language_that_was_chosen(an_office):
    visit = an_office.visit("skills", role=None, language="zh")

    assert [field.label for field in visit.text_input] == ["API 密钥"]
