"""One skill's page: what it shows, and what may be done there, by whom."""

import pytest

from builders import script, skill_folder
from dashboard_office import words


@pytest.fixture(scope="module")
def grown(an_office):
    """A skill with three versions, the second of which is gone out of favour."""
    for number in (1, 2, 3):
        tool = script(f"print({number})\n")
        an_office.publish(skill_folder("sums", body=f"# Sums\n\nVersion {number}.\n", files={"scripts/sum.py": tool}))
    an_office.admin("POST", "/skills/sums/versions/2/yank", json={"reason": "It rounds down."})
    return an_office


def shown(office, part: str, role: str = "owner", name: str = "sums"):
    return office.visit("skill", role, name=name, part=part)


def test_the_instructions_are_read_without_their_frontmatter(grown):
    said = words(shown(grown, "reading", "viewer"))

    assert "Version 3." in said
    assert "description:" not in said


def test_a_file_is_shown_in_its_language(grown):
    visit = shown(grown, "files")
    visit.radio(key="file_chosen").set_value("scripts/sum.py").run()

    [code] = visit.code
    assert code.value == "print(3)"
    assert code.language == "python"


def test_the_name_of_a_file_is_no_markdown(an_office):
    an_office.publish(skill_folder("marked", files={"scripts/__init__.py": "x = 1\n"}))
    visit = shown(an_office, "files", name="marked")

    visit.radio(key="file_chosen").set_value("scripts/__init__.py").run()

    assert r"scripts/\_\_init\_\_.py" in visit.radio(key="file_chosen").options
    assert [code.value for code in visit.code] == ["x = 1"]


def test_versions_say_which_is_live_and_what_is_against_one(grown):
    said = words(shown(grown, "versions"))

    assert "**Version 3**" in said
    assert "Yanked" in said
    assert "It rounds down." in said


def opened(office, name: str, language: str = "en"):
    """The newest version of a skill, with where it comes from."""
    visit = office.visit("skill", "owner", language=language, name=name, part="versions")
    visit.session_state["origin_1"] = True
    return visit.run()


def test_a_version_says_which_packages_its_scripts_need(an_office):
    named = "pypdf==5.1.0\nhttpx>=0.27\n"
    locked = '[[package]]\nname = "evil[x](https://evil.example)"\nversion = "1"\n'
    an_office.publish(skill_folder("reader", files={"requirements.txt": named, "uv.lock": locked, "yarn.lock": "x\n"}))

    said = words(opened(an_office, "reader"))

    assert "| `pypdf` | `5.1.0` | `pkg:pypi/pypdf@5.1.0` | `requirements.txt` |" in said
    assert "| `httpx` | `>=0.27` (not settled) | `pkg:pypi/httpx` | `requirements.txt` |" in said
    assert "Not all is listed: yarn.lock is of a format that is not read" in said
    assert "3 packages" in said


def test_a_version_without_packages_says_so(an_office):
    assert "Its files name no packages." in words(opened(an_office, "pdf-forms"))


@pytest.mark.parametrize(("language", "told"), [("en", "The commit is not signed"), ("zh", "提交未签名")])
def test_what_became_of_a_commits_signature_is_said_in_the_readers_language(an_office, language, told):
    assert f"| {told} |" in words(opened(an_office, "pdf-forms", language))


def test_many_packages_come_in_pages(an_office):
    named = "".join(f"package-{number:02}==1.{number}\n" for number in range(45))
    an_office.publish(skill_folder("heavy", files={"requirements.txt": named}))

    visit = opened(an_office, "heavy")

    assert "`package-19`" in words(visit)
    assert "`package-20`" not in words(visit)


def test_the_last_two_versions_are_compared(grown):
    visit = shown(grown, "comparing")

    assert "+Version 3." in words(visit)
    assert "-Version 2." in words(visit)


def test_a_skill_that_there_is_not_is_a_sentence(grown):
    [error] = shown(grown, "reading", name="no-such-skill").error

    assert "There is no skill" in error.value


@pytest.mark.parametrize(
    ("role", "offered"), [("viewer", []), ("developer", []), ("publisher", ["Roll back", "Take offline"])]
)
def test_what_a_role_may_not_do_is_not_offered(grown, role, offered):
    labels = [button.label for button in shown(grown, "reading", role).main.button]

    assert labels == offered
