import pytest

from builders import script, skill_folder
from mcpskills.validation.policy import Policy
from mcpskills.validation.rules.portability.markdown import MAX_BYTES
from mcpskills.validation.validate import validate


def found(folder, code):
    return [finding for finding in validate(folder, Policy()).findings if finding.code == code]


def links(body, files=None):
    return found(skill_folder(body=body, files=files), "SK065")


@pytest.mark.parametrize(
    ("body", "column"),
    [
        ("See [the form](references/form.md).", 16),
        ("See ![a shot](assets/shot.png).", 15),
        ("See [the form](<references/the form.md>).", 17),
        ('See [the form](references/form.md "The form").', 16),
        ("See [the form](references/form.md#fields).", 16),
        ("See [the form](./references/form.md?raw=1).", 16),
        ("See [the form](references/form%20new.md).", 16),
        ("See [the form](references/form\\_new.md).", 16),
        ("See [![shot](https://example.com/a.png)](references/form.md).", 42),
        ("See [folder](references/).", 14),
        ("[form]: references/form.md", 9),
        ("Not `code`, but [a `form`](references/form.md).", 28),
        ("An unmatched ` and [a form](references/form.md).", 29),
    ],
)
def test_a_link_to_a_file_that_is_not_there_is_a_warning_at_its_target(body, column):
    (finding,) = links(body)

    assert (finding.severity, finding.line, finding.column) == ("warning", 5, column)
    assert "leads to no file of the skill" in finding.message


@pytest.mark.parametrize(
    "body",
    [
        "[a](references/form.md) [b](<references/form.md>) [c](references/form.md#x) [d](./references/form.md)",
        "[e](references) [f](references/) [g](scripts/../references/form.md) [h](with%20space.md) [i](a\\_b.md) [j](a(1).md)",
        "[k](https://example.com/x.md) [l](mailto:a@example.com) [m](#top) [n](/docs/x.md) [o](//example.com/x.md) [p](~/x.md)",
        "[q](skill://other/SKILL.md) [r](data:image/png;base64,AA==) [s](.)",
        "Write a link as [text](link) or [text](url), [text](path/to/file.md), [text]({{ page.url }}/x.md), [x](<file.md>).",
        "`[a](gone.md)` and ``[a](gone.md) ` `` here",
        "```markdown\n[a](gone.md)\n```\nand\n~~~~\n[a](gone.md)\n~~~\n[b](gone.md)\n~~~~",
        "- item\n\n  ```\n  [a](gone.md)\n  ```",
        "> ```\n> [a](gone.md)\n> ```",
        "```\n[a](gone.md) in a block that nobody closes",
        "[^1]: notes.md say more\n\n[ ] todo.md and array[0](x)",
        "",
    ],
)
def test_links_that_lead_somewhere_and_texts_that_are_no_links_are_fine(body):
    files = {"references/form.md": "", "with space.md": "", "a_b.md": "", "a(1).md": "", "scripts/run.py": ""}

    assert links(body, files) == []


@pytest.mark.parametrize("target", ["../shared/form.md", "../../README.md", "references/../../form.md", "..%2Fform.md"])
def test_a_link_out_of_the_folder_is_a_warning(target):
    (finding,) = links(f"[a]({target})")

    assert "leads out of the skill's folder" in finding.message


def test_a_link_counts_from_its_file_or_from_the_skills_folder():
    files = {
        "references/a.md": "[b](b.md) [b](references/b.md) [s](../scripts/x.py)",
        "references/b.md": "",
        "scripts/x.py": "",
    }

    assert links("", files) == []


def test_a_link_in_other_case_is_told_the_right_one():
    (finding,) = links("[a](References/Form.md)", {"references/form.md": ""})

    assert "`references/form.md`" in finding.fix


def test_a_target_is_told_once_for_each_file():
    findings = links("[a](gone.md) [b](gone.md)\n[c](other.md)", {"references/a.md": "[a](gone.md)"})

    assert [(finding.path.rpartition("/")[2], finding.line) for finding in findings] == [
        ("SKILL.md", 5),
        ("SKILL.md", 6),
        ("a.md", 1),
    ]


def test_a_target_made_of_control_characters_is_shown_escaped():
    (finding,) = links("[a](gone\u202e\u0007.md)")

    assert finding.message.isprintable()


@pytest.mark.parametrize("unit", ["](", "](a.b) ", "`](a.b)", "[a]: a.b\n", "```\n", "`a``b```c", "](a(b)c", "%41.a/"])
def test_megabytes_of_half_a_link_are_judged(unit):
    assert len(links("", {"big.md": unit * (MAX_BYTES // len(unit))})) <= 100


def test_instructions_of_500_lines_are_fine_and_one_more_is_told():
    assert found(skill_folder(body="x\n" * 496), "SK066") == []
    (finding,) = found(skill_folder(body="x\n" * 497), "SK066")

    assert (finding.severity, finding.line) == ("info", 501)
    assert "501 lines" in finding.message


def test_a_script_whose_interpreter_would_not_be_found_is_a_warning():
    folder = skill_folder(files={"scripts/run.sh": script("#!/bin/sh\r\necho hi\r\n")})

    (finding,) = found(folder, "SK067")
    assert (finding.severity, finding.line, finding.column) == ("warning", 1, 10)
    assert found(folder, "SK068") == []


@pytest.mark.parametrize("path", ["references/a.md", "scripts/run.py", "notes"])
def test_carriage_returns_in_other_texts_are_told_once(path):
    (finding,) = found(skill_folder(files={path: "one\ntwo\r\nthree\r\n"}), "SK068")

    assert (finding.severity, finding.line, finding.column) == ("info", 2, 4)


@pytest.mark.parametrize("path", ["run.bat", "run.ps1", "data.csv", "meeting.ics", "mail.EML"])
def test_formats_that_ask_for_carriage_returns_may_have_them(path):
    assert found(skill_folder(files={path: "one\r\ntwo\r\n"}), "SK068") == []


def test_binary_files_have_no_line_ends():
    assert found(skill_folder(files={"a.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256))}), "SK068") == []


@pytest.mark.parametrize(
    "content", ["#!/usr/bin/env python3\nprint()\n", "#! /bin/sh\n", "#!/bin/sh\r\n", "\ufeff#!/bin/sh\n"]
)
def test_a_script_without_the_executable_bit_is_told(content):
    (finding,) = found(skill_folder(files={"scripts/run": content}), "SK069")

    assert (finding.severity, finding.line) == ("info", 1)


def test_an_executable_text_that_is_no_script_is_told():
    (finding,) = found(skill_folder(files={"references/a.md": script("# Notes\n")}), "SK069")

    assert (finding.severity, finding.line) == ("info", None)


@pytest.mark.parametrize(
    "files",
    [
        {"scripts/run": script("#!/bin/sh\n")},
        {"lib.rs": "#![allow(dead_code)]\n"},
        {"a.py": "print()\n"},
        {"tool": script(b"\x7fELF\x02\x01\x01" + bytes(range(256)))},
    ],
)
def test_bits_that_say_what_is_true_are_fine(files):
    assert found(skill_folder(files=files), "SK069") == []
