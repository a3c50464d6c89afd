"""A skill while somebody works on it: what the editor says is applied to the files, and the result can be uploaded."""

from mcpskills import archive
from mcpskills.folder import Entry
from mcpskills.validation.policy import Limits
from mcpskills_dashboard.editor import draft as drafting
from mcpskills_dashboard.editor.component import Change

INSTRUCTIONS = "---\nname: pdf-forms\n---\n"
IMAGE = b"\x89PNG\r\n\x1a\n\0\0"
FILES = {
    "SKILL.md": Entry.file(INSTRUCTIONS.encode()),
    "assets/logo.png": Entry.file(IMAGE),
    "scripts/fill.py": Entry.file(b"print(1)\n", executable=True),
}


def begun():
    return drafting.begun("pdf-forms", FILES, origin=1)


def test_text_is_edited_and_everything_else_is_kept_as_it_is():
    assert begun().texts == {"SKILL.md": INSTRUCTIONS, "assets/logo.png": None, "scripts/fill.py": "print(1)\n"}
    assert drafting.text_of(Entry.file(b"a" * (drafting.EDITABLE_BYTES + 1))) is None
    assert drafting.text_of(Entry.file("Größe".encode("latin-1"))) is None


def test_what_was_typed_stands_in_the_draft_and_a_program_stays_one():
    draft = begun()

    after = draft.after(Change(draft.revision, "SKILL.md", {"scripts/fill.py": "print(2)\n"}, frozenset()))

    assert after.files["scripts/fill.py"] == Entry.file(b"print(2)\n", executable=True)
    assert after.changed == ("scripts/fill.py",)
    assert after.revision == draft.revision


def test_files_come_and_go_and_one_that_is_renamed_is_both():
    draft = begun()
    said = Change(draft.revision, "a.py", {"a.py": "print(1)\n"}, frozenset({"scripts/fill.py", "assets/logo.png"}))

    after = draft.after(said)

    assert sorted(after.files) == ["SKILL.md", "a.py"]
    assert after.changed == ("a.py", "assets/logo.png", "scripts/fill.py")


def test_what_the_editor_says_twice_counts_once_and_what_is_typed_back_is_no_change():
    draft = begun()
    said = Change(draft.revision, "SKILL.md", {"SKILL.md": INSTRUCTIONS + "More.\n"}, frozenset())
    back = Change(draft.revision, "SKILL.md", {"SKILL.md": INSTRUCTIONS}, frozenset())

    assert draft.after(said).after(said) == draft.after(said)
    assert draft.after(said).after(back).changed == ()


def test_what_is_said_about_an_older_draft_changes_nothing():
    said = Change(begun().revision, "SKILL.md", {"SKILL.md": "Lost."}, frozenset())

    assert begun().after(said).changed == ()
    assert begun().after(None).changed == ()


def test_a_draft_without_instructions_is_none():
    draft = begun()

    assert draft.after(Change(draft.revision, "SKILL.md", {}, frozenset({"SKILL.md"}))) == draft


def test_half_a_character_of_a_browser_does_no_harm():
    draft = begun()

    after = draft.after(Change(draft.revision, "SKILL.md", {"SKILL.md": "\ud83d"}, frozenset()))

    assert after.files["SKILL.md"].content == b"?"


def test_a_draft_is_the_zip_that_an_upload_takes():
    read = archive.read_zip(begun().zipped, Limits())

    assert (read.name, dict(read.entries)) == ("pdf-forms", FILES)
    assert begun().zipped == begun().zipped


def test_a_new_skill_is_a_change_as_a_whole():
    assert drafting.begun("pdf-forms", FILES).changed == tuple(sorted(FILES))


def test_a_path_of_the_registry_is_found_in_the_draft():
    assert begun().within("skills/office/pdf-forms/scripts/fill.py") == "scripts/fill.py"
    assert begun().within("skills/office/pdf-forms") is None
