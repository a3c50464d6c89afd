"""What `ports.Forge` promises."""

from dataclasses import replace

import pytest

from builders import entry, script, skill_folder, skill_md
from mcpskills.errors import ConflictError, InvalidInputError
from mcpskills.folder import SkillFolder
from mcpskills.ports import Forge
from mcpskills.proposal import ProposedChange


def change(folder: SkillFolder, title: str = "Add a skill", author: str = "Ada Author") -> ProposedChange:
    return ProposedChange(folder.path, folder.entries, title, "It is needed.", author)


def test_a_proposal_is_listed_with_what_its_author_said(forge: Forge):
    made = forge.propose(change(skill_folder("csv-profile"), title="Add csv-profile"))

    (listed,) = forge.proposals()
    assert replace(listed, approvals=made.approvals) == made
    assert (made.title, made.author) == ("Add csv-profile", "Ada Author")
    assert made.base != made.commit


def test_proposals_are_listed_with_the_newest_first(forge: Forge):
    made = {forge.propose(change(skill_folder(f"skill-{n}"))).id for n in range(3)}

    listed = forge.proposals()

    assert {proposal.id for proposal in listed} == made
    assert sorted((p.opened_at for p in listed), reverse=True) == [p.opened_at for p in listed]


def test_no_proposal_is_listed_before_one_is_made(forge: Forge):
    assert list(forge.proposals()) == []


def test_a_proposal_that_would_change_nothing_is_refused(forge: Forge):
    with pytest.raises(ConflictError, match="change nothing"):
        forge.propose(change(skill_folder()))

    assert list(forge.proposals()) == []


def test_two_proposals_with_the_same_title_stand_beside_each_other(forge: Forge):
    first = forge.propose(change(skill_folder(body="One.\n"), title="Say it better"))
    second = forge.propose(change(skill_folder(body="Two.\n"), title="Say it better"))

    assert first.branch != second.branch
    assert len(forge.proposals()) == 2


def test_a_change_that_is_proposed_already_is_found_whatever_its_title(forge: Forge):
    made = forge.propose(change(skill_folder("csv-profile"), title="Add it"))

    found = forge.standing(change(skill_folder("csv-profile"), title="Once more", author="Grace"))

    assert found is not None
    assert found.id == made.id
    assert forge.standing(change(skill_folder("csv-profile", body="Other.\n"))) is None


def test_a_title_of_several_lines_becomes_one_line(forge: Forge):
    made = forge.propose(change(skill_folder("csv-profile"), title="Add it\n\nAuthor: somebody else"))

    assert made.title == "Add it Author: somebody else"


def test_an_author_cannot_forge_the_record(forge: Forge):
    made = forge.propose(
        change(skill_folder("csv-profile"), author="Eve <eve@example.org>\ncommitter Root <r> 0 +0000")
    )

    assert made.author == "Eve"


@pytest.mark.parametrize("folder", ["", "/etc", "../out", "skills/../../out", ".git/hooks", "skills//x", "skills/.GIT"])
def test_a_proposal_outside_the_repository_is_refused(forge: Forge, folder: str):
    with pytest.raises(InvalidInputError, match="cannot stand in a repository"):
        forge.propose(ProposedChange(folder, {"SKILL.md": entry(skill_md())}, "Out", "", "Eve"))


@pytest.mark.parametrize("path", ["../SKILL.md", "/SKILL.md", "a/./b", ".git/config", "git~1/x", ".Git./x", "a\0b"])
def test_a_proposal_with_a_path_that_no_repository_holds_is_refused(forge: Forge, path: str):
    with pytest.raises(InvalidInputError, match="cannot stand in a repository"):
        forge.propose(ProposedChange("skills/x", {path: script("echo")}, "Out", "", "Eve"))


def test_a_file_that_is_a_folder_as_well_is_refused(forge: Forge):
    with pytest.raises(InvalidInputError, match="a file and a folder"):
        forge.propose(ProposedChange("skills/x", {"a": entry("1"), "a/b": entry("2")}, "Both", "", "Eve"))


def test_a_file_of_the_tracked_branch_is_read_as_it_is(forge: Forge):
    assert forge.file("skills/pdf-forms/SKILL.md") == skill_md().encode()


def test_a_file_that_is_only_proposed_does_not_exist(forge: Forge):
    forge.propose(change(skill_folder("csv-profile")))

    assert forge.file("skills/csv-profile/SKILL.md") is None


@pytest.mark.parametrize("path", ["registry.toml", "skills", "skills/pdf-forms", "SKILL.md"])
def test_where_no_file_is_there_is_none_to_read(forge: Forge, path: str):
    assert forge.file(path) is None
