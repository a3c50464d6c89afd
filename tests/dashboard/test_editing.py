"""Editing, beginning and uploading a skill: what is offered to whom, and that nothing but a proposal comes of it."""

import pytest

from builders import skill_folder, skill_md
from dashboard_office import words
from mcpskills.folder import Entry
from mcpskills_dashboard.editor import draft as drafting

HEADING = "# Forms\n\nFill the form.\n"


def edited(name: str, text: str):
    """A draft of the published skill after somebody typed."""
    files = {"SKILL.md": Entry.file(skill_md(name, body=HEADING).encode())}
    begun = drafting.begun(name, files, origin=1)
    return drafting.Draft(name, 1, begun.first, {"SKILL.md": Entry.file(text.encode())})


def visit_with(office, page: str, which: str, draft, **parameters: str):
    visit = office.visit(page, "developer", **parameters)
    visit.session_state["drafts"] = {which: draft}
    return visit.run()


def button(visit, label: str):
    return next(each for each in visit.button if each.label == label)


def test_editing_begins_from_the_files_of_the_version_that_git_wants(an_office):
    visit = an_office.visit("edit", "developer", name="pdf-forms")

    kept = visit.session_state["drafts"]["pdf-forms"]
    assert (kept.origin, sorted(kept.files)) == (1, ["SKILL.md"])
    assert "Begun from version 1." in words(visit)
    assert button(visit, "Propose").disabled


def test_who_may_not_propose_is_told_which_scope_it_takes(an_office):
    visit = an_office.visit("edit", "viewer", name="pdf-forms")

    assert "proposals:write" in words(visit)
    assert "drafts" not in visit.session_state


def test_without_a_name_the_visitor_chooses_a_skill(an_office):
    visit = an_office.visit("edit", "developer")

    assert [field.label for field in visit.text_input] == ["Which skill?"]


def test_a_refused_folder_is_no_skill_to_choose(an_office):
    an_office.publish(skill_folder("Odd Name", path="skills/odd-name"))

    offered = [link.proto.label for link in an_office.visit("edit", "developer").get("page_link")]

    assert "pdf-forms" in offered
    assert "odd-name" not in offered


def test_a_change_is_judged_and_shown_as_it_will_look(an_office):
    draft = edited("pdf-forms", skill_md("pdf-forms", body="# Forms\n\nFill in each field.\n"))

    visit = visit_with(an_office, "edit", "pdf-forms", draft, name="pdf-forms")

    assert "Fill in each field" in words(visit)
    assert not button(visit, "Propose").disabled


def test_a_skill_with_errors_is_not_proposed(an_office):
    draft = edited("pdf-forms", "---\nname: pdf-forms\n---\n# Forms\n")

    visit = visit_with(an_office, "edit", "pdf-forms", draft, name="pdf-forms")

    assert button(visit, "Propose").disabled
    assert "cannot be proposed" in words(visit)


def test_a_proposal_is_all_that_comes_of_editing(an_office):
    name = "csv-profile"
    draft = edited(name, skill_md(name, body="# Profile\n\nCount rows, and blank ones apart.\n"))
    before = an_office.admin("GET", f"/skills/{name}").json()
    visit = visit_with(an_office, "edit", name, draft, name=name)

    button(visit, "Propose").click().run()

    newest = an_office.admin("GET", "/proposals").json()["proposals"][0]
    assert (newest["title"], newest["author"]) == (f"Update {name}", "Ada's developer")
    assert an_office.admin("GET", f"/skills/{name}").json() == before


def test_a_draft_of_an_older_version_says_so(an_office):
    name = "grown"
    an_office.publish(skill_folder(name, body=HEADING), skill_folder(name, body="# Forms\n\nNew.\n"))
    an_office.publish(skill_folder(name, body="# Forms\n\nNewer.\n"))

    visit = visit_with(an_office, "edit", name, edited(name, skill_md(name, body="# Forms\n\nOld.\n")), name=name)

    assert "Version 2 has come meanwhile" in words(visit)


def test_a_new_skill_begins_from_the_template_and_passes_every_rule(an_office):
    visit = an_office.visit("new", "developer")

    visit.text_input[0].set_value("letter-writer")
    button(visit, "Begin").click().run()

    assert not button(visit, "Propose").disabled
    assert [title.value for title in visit.title] == ["letter-writer"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("PDF Forms", "Try `pdf-forms`."), ("", "3 to 50"), ("csv-profile", "There is a skill `csv-profile` already")],
)
def test_a_name_that_cannot_be_taken_is_a_sentence(an_office, name, said):
    visit = an_office.visit("new", "developer")

    visit.text_input[0].set_value(name)
    button(visit, "Begin").click().run()

    assert said in words(visit)
    assert "drafts" not in visit.session_state


def test_the_draft_of_a_proposal_stays_with_its_author_for_what_reviewers_ask(an_office):
    visit = an_office.visit("new", "developer")
    visit.text_input[0].set_value("asked-again")
    button(visit, "Begin").click().run()

    button(visit, "Propose").click().run()

    assert list(visit.session_state["drafts"]) == ["asked-again"]
    assert [title.value for title in visit.title] == ["Add asked-again"]
    assert "Go on editing" in [link.label for link in visit.get("page_link")]
