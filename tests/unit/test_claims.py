from hypothesis import given
from hypothesis import strategies as st

from mcpskills.claims import settle, skill_folders


def test_a_name_with_one_claimant_is_settled_wherever_it_was_before():
    settlement = settle(["skills/office/pdf", "skills/csv"], {"pdf": "skills/pdf"})

    assert settlement.winners == {"pdf": "skills/office/pdf", "csv": "skills/csv"}
    assert settlement.refused == {}


def test_of_two_claimants_the_live_one_stays_and_the_other_is_told_which_it_is():
    settlement = settle(["skills/a/pdf", "skills/b/pdf"], {"pdf": "skills/b/pdf"})

    assert settlement.winners == {"pdf": "skills/b/pdf"}
    assert settlement.rivals == {"skills/a/pdf": ("skills/b/pdf",)}
    assert "the name `pdf` is claimed by `skills/b/pdf` as well" in settlement.refused["skills/a/pdf"]


def test_when_none_of_the_claimants_is_live_all_are_refused():
    settlement = settle(["skills/b/pdf", "skills/a/pdf", "skills/c/pdf"], {"pdf": "skills/elsewhere/pdf"})

    assert settlement.winners == {}
    assert settlement.rivals["skills/a/pdf"] == ("skills/b/pdf", "skills/c/pdf")
    assert list(settlement.refused) == ["skills/a/pdf", "skills/b/pdf", "skills/c/pdf"]


def test_the_reason_names_a_few_of_many_claimants_and_is_printable():
    settlement = settle([f"skills/\x1b{number}/pdf" for number in range(100)], {})

    reason = settlement.refused["skills/\x1b0/pdf"]
    assert reason.isprintable()
    assert "and others" in reason
    assert reason.count("/pdf") == 5


def test_thousands_of_claimants_of_one_name_know_of_a_few_others_each():
    paths = [f"skills/{number}/pdf" for number in range(20_000)]

    rivals = settle(paths, {}).rivals

    assert len(rivals) == len(paths)
    assert {len(others) for others in rivals.values()} == {6}
    assert not [path for path, others in rivals.items() if path in others]


def test_skill_folders_are_the_outermost_that_hold_a_skill_file_in_any_case():
    paths = [
        "README.md",
        "SKILL.md",
        "docs/SKILL.md",
        "skills/README.md",
        "skills/pdf/SKILL.md",
        "skills/pdf/examples/other/SKILL.md",
        "skills/pdf-forms/skill.md",
        "skills/office/csv/Skill.md",
        "skills/office/csv/a.txt",
        "skills/notes/SKILL.md.txt",
        "skillset/x/SKILL.md",
    ]

    assert skill_folders(paths) == ("skills/office/csv", "skills/pdf", "skills/pdf-forms")
    assert skill_folders(reversed(paths)) == skill_folders(paths)
    assert skill_folders(paths, root="") == ("docs", *skill_folders(paths), "skillset/x")


def test_a_skill_file_in_the_root_swallows_no_other_skill():
    assert skill_folders(["skills/SKILL.md", "skills/pdf/SKILL.md"]) == ("skills/pdf",)


segments = st.sampled_from(["a", "a-b", "b", "a.", "skills"])
files = st.lists(segments, min_size=1, max_size=4).map(lambda parts: "/".join([*parts, "SKILL.md"]))


@given(st.lists(files, max_size=12))
def test_no_skill_folder_lies_in_another_and_every_skill_file_belongs_to_one(paths):
    folders = skill_folders(paths, root="")

    owners = [[folder for folder in folders if path.startswith(folder + "/")] for path in paths]

    assert all(len(owner) == 1 for owner in owners)


@given(paths=st.lists(files, max_size=8), live=st.dictionaries(segments, files, max_size=3))
def test_every_claimant_wins_or_is_refused(paths, live):
    settlement = settle(paths, live)

    assert set(settlement.winners.values()) | settlement.rivals.keys() == set(paths)
    assert not set(settlement.winners.values()) & settlement.rivals.keys()
