import codecs
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import entry, folder_of, script, skill_folder, skill_md, symlink
from mcpskills.adapters import folders
from mcpskills.folder import Entry, EntryKind, SkillFolder
from mcpskills.validation.fixing import fixed
from mcpskills.validation.policy import Policy
from mcpskills.validation.validate import validate

CORPUS = Path(os.environ.get("MCPSKILLS_CORPUS", Path(__file__).parents[3] / "shared" / "corpus")) / "skills"


def file_after(path, content):
    """What a file beside a proper SKILL.md becomes, and what is said of it."""
    folder, told = fixed(skill_folder(files={path: content}))
    return folder.entries[path], told


def skill_md_after(text, name="pdf-forms"):
    folder, told = fixed(skill_folder(name, text=text))
    return folder.entries["SKILL.md"].content.decode(), told


def found(folder):
    return Counter((finding.code, finding.path) for finding in validate(folder, Policy()).findings)


def test_a_skill_that_is_right_stays_the_same():
    folder = skill_folder(files={"scripts/run.sh": script("#!/bin/sh\n"), "data.csv": "a\r\n"})

    assert fixed(folder) == (folder, ())


def test_lists_and_numbers_in_the_frontmatter_become_text():
    text, told = skill_md_after(skill_md(extra="allowed-tools: [Read, Bash(git add *)]\nmetadata:\n  version: 1.10"))

    assert 'allowed-tools: "Read Bash(git add *)"\n' in text
    assert 'version: "1.10"\n' in text
    assert told == ("SKILL.md: wrote `allowed-tools` and `metadata` as text",)


@pytest.mark.parametrize("name", ["PDF-Forms", "pdf_forms", "Pdf Forms", '"PDF  Forms"', "' pdf forms '", "pdf_-forms"])
def test_a_name_that_differs_by_case_spaces_and_underscores_becomes_the_folders(name):
    text, told = skill_md_after(skill_md(name))

    assert text == skill_md("pdf-forms")
    assert told == ("SKILL.md: wrote the name as the folder has it",)


@pytest.mark.parametrize(
    ("name", "folder"),
    [("V2", "v2"), ("pdf-reports", "pdf-forms"), ("pdfforms", "pdf-forms"), ("A_B", "A B"), ("[pdf-forms]", "pdf-forms")],
)  # fmt: skip
def test_a_name_that_means_something_else_stays(name, folder):
    text = skill_md(name)

    assert skill_md_after(text, folder) == (text, ())


def test_a_name_that_yaml_reads_as_something_else_is_put_in_quotes():
    text, _ = skill_md_after(skill_md("'NULL'"), "null")

    assert text == skill_md('"null"')


def test_a_name_over_several_lines_is_replaced_whole():
    text, _ = skill_md_after('---\nname: "Pdf\n  Forms" # the name\ndescription: Fills in PDF forms.\n---\nDo it.\n')

    assert text == "---\nname: pdf-forms # the name\ndescription: Fills in PDF forms.\n---\nDo it.\n"


def test_byte_order_marks_and_carriage_returns_of_text_go():
    text = skill_md()

    told_text, told = skill_md_after(codecs.BOM_UTF8 + text.replace("\n", "\r\n").encode())

    assert told_text == text
    assert told == (
        "SKILL.md: removed the byte order mark",
        "SKILL.md: changed line ends from CRLF to LF",
    )


@pytest.mark.parametrize("path", ["run.bat", "run.CMD", "run.ps1", "a.csv", "a.eml", "a.patch", "form.pdf"])
def test_carriage_returns_stay_where_they_may_matter(path):
    assert file_after(path, "a\r\nb\r\n") == (entry("a\r\nb\r\n"), ())


@pytest.mark.parametrize("content", [b"a\r\n\0", b"a\r\n\xff", codecs.BOM_UTF16_LE + "a\r\n".encode("utf-16-le")])
def test_bytes_that_are_no_plain_text_stay(content):
    assert file_after("a.txt", content) == (entry(content), ())


def test_a_script_whose_first_line_says_so_becomes_executable_and_starts_at_its_first_byte():
    after, told = file_after("scripts/run", codecs.BOM_UTF8 + b"#!/usr/bin/env python3\r\npass\r\n")

    assert after == script("#!/usr/bin/env python3\npass\n")
    assert told == (
        "scripts/run: removed the byte order mark",
        "scripts/run: changed line ends from CRLF to LF",
        "scripts/run: changed whether it is executable, as its first line says",
    )


@pytest.mark.parametrize("path", ["notes.md", "logo.png", "LICENSE", "data.json"])
def test_what_is_no_program_is_not_executable(path):
    assert file_after(path, script("text\n")) == (
        entry("text\n"),
        (f"{path}: changed whether it is executable, as its first line says",),
    )


@pytest.mark.parametrize("content", [b"\x7fELF\2", "#!/bin/sh\n"])
def test_programs_stay_executable(content):
    assert file_after("bin/tool", script(content)) == (script(content), ())


def test_line_ends_that_were_changed_twice_over_become_one_line_end():
    assert file_after("a.txt", "a\r\r\nb\n")[0] == entry("a\nb\n")


@pytest.mark.parametrize("filler", [b"\r", b"\r\n", codecs.BOM_UTF8])
def test_megabytes_of_what_is_changed_are_gone_through_once(filler):
    after, _ = file_after("a.md", filler * 1024 * 1024 + b"a\r\n")

    assert after.content.endswith(b"a\n")
    assert fixed(skill_folder(files={"a.md": after}))[1] == ()


@pytest.mark.parametrize(("path", "stays"), [("a.csv", True), ("run.ps1", True), ("a.md", False), ("a.JSON", False)])
def test_a_byte_order_mark_stays_where_it_may_matter(path, stays):
    after, _ = file_after(path, codecs.BOM_UTF8 + b"a\n")

    assert after.content.startswith(codecs.BOM_UTF8) is stays


def test_an_attribute_of_rust_is_no_script():
    assert file_after("a.rs", "#![allow(dead_code)]\n") == (entry("#![allow(dead_code)]\n"), ())


def test_a_signed_folder_is_never_touched():
    folder = skill_folder(
        "pdf-forms", text=codecs.BOM_UTF8 + b"---\r\n", files={"skill.oms.sig": "x", "a.md": script("")}
    )

    assert fixed(folder) == (folder, ())


def test_what_is_no_file_or_was_not_read_stays():
    unread = Entry(EntryKind.EXECUTABLE, b"", 99_000_000)
    folder = skill_folder(files={"a.md": symlink("SKILL.md"), "b.md": unread, "c.md": Entry(EntryKind.SPECIAL, b"", 0)})

    assert fixed(folder) == (folder, ())


@pytest.mark.parametrize(
    "files", [{}, {"SKILL.md": symlink("x")}, {"SKILL.md": b"\xff"}, {"SKILL.md": "no frontmatter"}]
)
def test_a_folder_without_a_readable_skill_file_is_no_obstacle(files):
    folder, told = fixed(folder_of({**files, "a.md": "a\r\n"}))

    assert folder.entries["a.md"].content == b"a\n"
    assert len(told) == 1


def assert_better(folder):
    after, told = fixed(folder)

    assert found(after) <= found(folder)
    assert fixed(after) == (after, ())
    assert (after != folder) == bool(told)
    assert after.entries.keys() == folder.entries.keys()


LINES = st.text(alphabet="ab:-[]{},&*!|>'\"#()\n\r\t \ufeff_PdfForms1.\x85é\0", max_size=120)
NAMES = st.sampled_from(
    ["pdf-forms", "PDF Forms", "'Pdf_Forms'", '"pdf\\x2dforms"', "|\n  Pdf Forms", "!!str Pdf", "? a", ""]
)
CONTENTS = st.one_of(
    st.binary(max_size=60), LINES.map(lambda text: text.encode()), LINES.map(lambda t: f"#!/{t}".encode())
)
PATHS = st.sampled_from(
    ["a.md", "scripts/run.py", "run", "b.bat", "c.csv", "evals/cases.yaml", "requirements.txt", "sub/SKILL.md"]
)


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_of_a_skill_file_are_fixed_for_the_worse(content, executable):
    assert_better(skill_folder(text=Entry.file(content, executable=executable)))


@given(
    NAMES,
    LINES,
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["pdf-forms", "null", "Pdf Forms"]),
)
def test_no_frontmatter_is_fixed_for_the_worse(name, more, mark, end, folder):
    text = mark + skill_md(name, extra=f"metadata: {more}\nallowed-tools: {more}").replace("\n", end)

    assert_better(skill_folder(folder, text=text.encode()))


@given(st.dictionaries(PATHS, st.tuples(CONTENTS, st.booleans()), max_size=4))
def test_no_file_is_fixed_for_the_worse(files):
    entries = {path: Entry.file(content, executable=executable) for path, (content, executable) in files.items()}

    assert_better(skill_folder(files=entries))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real skills lies outside of the repository")
def test_real_skills_are_fixed_for_the_better():
    for path in folders.find(CORPUS):
        assert_better(SkillFolder(path.name, folders.read(path, path.name).entries))
