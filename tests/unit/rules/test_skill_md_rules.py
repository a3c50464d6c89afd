import pytest

from builders import DESCRIPTION, entry, folder_of, skill_folder, skill_md, symlink
from mcpskills.validation.policy import Policy
from mcpskills.validation.subject import Neighbours
from mcpskills.validation.validate import validate


def found(folder, code):
    return [finding for finding in validate(folder, Policy()).findings if finding.code == code]


def test_a_plain_skill_has_no_findings_and_is_read():
    verdict = validate(skill_folder(), Policy())

    assert verdict.findings == ()
    assert (verdict.ok, verdict.reason) == (True, "")
    assert (verdict.skill.name, verdict.skill.description) == ("pdf-forms", DESCRIPTION)


@pytest.mark.parametrize("name", ["skill.md", "Skill.md", "SKILL.MD"])
def test_a_misspelt_skill_file_is_found_and_told_to_be_renamed(name):
    (finding,) = found(folder_of({name: skill_md()}), "SK001")

    assert finding.path == f"skills/pdf-forms/{name}"
    assert f"git mv {name} SKILL.md" in finding.fix


def test_a_folder_without_a_skill_file_is_an_error_of_the_folder():
    (finding,) = found(folder_of({"README.md": "text"}), "SK001")

    assert (finding.path, finding.line) == ("skills/pdf-forms", None)


@pytest.mark.parametrize(
    ("content", "line", "column", "says"),
    [
        (skill_md().encode("utf-16"), 1, 1, "UTF-16"),
        (skill_md().encode("utf-16-le"), 1, 1, "UTF-16"),
        (skill_md(body="zwölf\n").encode("latin-1"), 5, 3, "0xF6 is not UTF-8"),
        (skill_md(body="é\0").encode(), 5, 2, "NUL"),
        (b"\xff", 1, 1, "0xFF is not UTF-8"),
    ],
)
def test_a_skill_file_in_another_encoding_is_refused_with_its_place(content, line, column, says):
    (finding,) = found(skill_folder(text=content), "SK002")

    assert (finding.line, finding.column) == (line, column)
    assert says in finding.message


def test_a_byte_order_mark_is_a_warning_and_the_skill_is_read():
    verdict = validate(skill_folder(text="\ufeff" + skill_md()), Policy())

    assert [(finding.code, finding.severity) for finding in verdict.findings] == [("SK003", "warning")]
    assert verdict.skill.name == "pdf-forms"


def test_a_broken_frontmatter_is_told_with_line_and_column():
    (finding,) = found(skill_folder(description="Use when: needed"), "SK004")

    assert (finding.line, finding.column) == (3, 22)
    assert finding.fix == "Put the value of `description` in double quotes, because it contains `: `."


def test_metadata_that_cannot_be_made_canonical_is_told_before_it_is_published():
    (finding,) = found(skill_folder(extra="metadata: {a}"), "SK004")

    assert finding.line == 4


@pytest.mark.parametrize("missing", ["name", "description"])
@pytest.mark.parametrize("how", ["absent", "null", "empty"])
def test_required_fields_are_required(missing, how):
    fields = {"name": "pdf-forms", "description": DESCRIPTION}
    written = {"absent": None, "null": "", "empty": '""'}[how]
    lines = [f"{key}: {value}" for key, value in {**fields, missing: written}.items() if value is not None]

    verdict = validate(skill_folder(text="---\n" + "\n".join(lines) + "\n---\nbody"), Policy())

    assert [finding.code for finding in verdict.findings] == ["SK005"]
    assert f"`{missing}`" in verdict.findings[0].message
    assert verdict.skill is None


@pytest.mark.parametrize("name", ["abc", "a1b", "pdf-forms", "a-1", "x" * 50, "v2x", "v-2"])
def test_names_that_are_allowed(name):
    assert validate(skill_folder(name), Policy()).findings == ()


@pytest.mark.parametrize(
    ("name", "says", "fix"),
    [
        ("ab", "has 2 characters", "such as"),
        ("x" * 51, "has 51 characters", "x" * 50),
        ("PDF Forms", "not allowed", "`pdf-forms`"),
        ("pdf_forms", "not allowed", "`pdf-forms`"),
        ("pdf--forms", "not allowed", "`pdf-forms`"),
        ("-pdf-", "not allowed", "`pdf`"),
        ("3d-model", "not allowed", "`d-model`"),
        ("プレゼン", "not allowed", "such as"),
        ("v12", "reserved", "such as"),
        ("123", "is a number", "quotes"),
        ("true", "the boolean true", "quotes"),
        ("[a, b]", "is a list", "quotes"),
        ('"pdf-forms\\n"', "not allowed", "`pdf-forms`"),
    ],
)
def test_names_that_are_not_allowed_say_why_and_what_would_be(name, says, fix):
    verdict = validate(skill_folder(name, path="skills/other"), Policy())

    (finding,) = verdict.findings
    assert (finding.code, finding.line, finding.column) == ("SK006", 2, 7)
    assert says in finding.message
    assert fix in finding.fix


@pytest.mark.parametrize(
    ("description", "says"),
    [
        ("Too short", "has 9 characters"),
        ('"          short          "', "has 5 characters"),
        ("x" * 1025, "has 1025 characters; at most 1024"),
        ("17", "is a number"),
        ("[a sentence in a list]", "is a list"),
    ],
)
def test_descriptions_that_are_not_allowed(description, says):
    (finding,) = validate(skill_folder(description=description), Policy()).findings

    assert (finding.code, finding.line) == ("SK007", 3)
    assert says in finding.message


@pytest.mark.parametrize("description", ["x" * 10, "x" * 1024, "プ" * 1024])
def test_descriptions_at_the_limits_are_allowed(description):
    assert validate(skill_folder(description=description), Policy()).ok


def test_the_folder_is_called_like_the_skill():
    (finding,) = validate(skill_folder("pdf-forms", path="skills/office/forms"), Policy()).findings

    assert (finding.code, finding.line, finding.column) == ("SK008", 2, 7)
    assert finding.fix == "Rename the folder to `pdf-forms`, or write `name: forms`."


def test_a_name_lost_to_another_folder_names_that_folder():
    (finding,) = validate(skill_folder(), Policy(), Neighbours(rivals=("skills/office/pdf-forms",))).findings

    assert (finding.code, finding.path) == ("SK009", "skills/pdf-forms")
    assert "`skills/office/pdf-forms`" in finding.message


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ("license: 1", "`license` should be text, but is a number"),
        ("license:", "`license` should be text, but is empty"),
        ("compatibility: [a]", "`compatibility` should be text, but is a list"),
        ("compatibility: " + "x" * 501, "`compatibility` has 501 characters"),
        ("metadata: text", "`metadata` should be a mapping, but is text"),
        ("user-invocable: no", "`user-invocable` should be `true` or `false`, but is text"),
        ("model: {a: b}", "`model` should be text, but is a mapping"),
        ("context: false", "`context` should be text, but is the boolean false"),
    ],
)
def test_a_field_of_a_wrong_type_is_a_warning(extra, says):
    verdict = validate(skill_folder(extra=extra), Policy())

    (finding,) = verdict.findings
    assert (finding.code, finding.severity, finding.line) == ("SK010", "warning", 4)
    assert says in finding.message
    assert verdict.ok


def test_metadata_that_is_no_text_is_told_where_it_stands():
    findings = found(skill_folder(extra="metadata:\n  a: x\n  version: 1.0\n  tags: [a]"), "SK011")

    assert [(finding.line, finding.column) for finding in findings] == [(6, 12), (7, 9)]


def test_metadata_in_a_signed_folder_is_said_to_stay():
    folder = skill_folder(extra="metadata:\n  a: 1", files={"skill.oms.sig": "{}"})

    assert "stays as it is" in found(folder, "SK011")[0].message


@pytest.mark.parametrize(
    ("tools", "says"),
    [
        ("{a: b}", "is a mapping"),
        ("[Read, 1]", "is a number"),
        ("[Read, '']", "has no name"),
        ("[Read Grep]", "reads as 2 tools"),
    ],
)
def test_tools_of_a_wrong_type_are_a_warning(tools, says):
    (finding,) = validate(skill_folder(extra=f"allowed-tools: {tools}"), Policy()).findings

    assert (finding.code, finding.severity) == ("SK012", "warning")
    assert says in finding.message


@pytest.mark.parametrize(
    ("tools", "read"),
    [
        ("Read, Grep", ("Read", "Grep")),
        ("Read Grep,Glob", ("Read", "Grep", "Glob")),
        ("Bash(git add *), Read", ("Bash(git add *)", "Read")),
        ("Bash(git commit -m (wip)) Read", ("Bash(git commit -m (wip))", "Read")),
        ("[Read, 'Bash(git:*)']", ("Read", "Bash(git:*)")),
        ("Read", ("Read",)),
    ],
)
def test_the_four_shapes_of_allowed_tools_are_read(tools, read):
    verdict = validate(skill_folder(extra=f"allowed-tools: {tools}"), Policy())

    assert verdict.findings == ()
    assert verdict.skill.allowed_tools == read


@pytest.mark.parametrize("tools", ["Bash(git add *", "Bash(a)) Read", ")Read(", "[Read, 'Bash(git *', 'x)']"])
def test_parentheses_that_do_not_match_are_an_error(tools):
    verdict = validate(skill_folder(extra=f"allowed-tools: {tools}"), Policy())

    assert "SK013" in {finding.code for finding in verdict.errors}


def test_unknown_fields_are_kept_and_told():
    verdict = validate(skill_folder(extra="x-team: forms\nallowed_tools: Read"), Policy())

    assert [(finding.code, finding.severity, finding.line) for finding in verdict.findings] == [
        ("SK014", "info", 4),
        ("SK014", "info", 5),
    ]
    assert verdict.findings[1].fix == "Did you mean `allowed-tools`?"
    assert verdict.skill.frontmatter["x-team"] == "forms"


@pytest.mark.parametrize("body", ["", "\n \n\t\n"])
def test_a_skill_without_instructions_is_a_warning(body):
    (finding,) = validate(skill_folder(body=body), Policy()).findings

    assert (finding.code, finding.severity, finding.line) == ("SK015", "warning", 5)


def test_a_skill_file_that_is_a_link_is_refused_as_a_link_only():
    verdict = validate(skill_folder(text=symlink("../elsewhere/SKILL.md")), Policy())

    assert [finding.code for finding in verdict.findings] == ["SK020"]
    assert verdict.skill is None


def test_a_skill_file_may_be_executable_and_have_carriage_returns():
    text = skill_md().replace("\n", "\r\n")

    assert validate(skill_folder(text=entry(text)), Policy()).ok
