import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import entry, folder_of, skill_folder, symlink
from mcpskills.canonical import canonical
from mcpskills.errors import InvalidInputError
from mcpskills.folder import Entry, EntryKind
from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.policy import Limits, limits_of, read_limits
from mcpskills.validation.report import as_json, as_text
from mcpskills.validation.rules import RULE_SET, RULES
from mcpskills.validation.validate import judged_by, validate


def test_a_finding_has_exactly_the_fields_that_programs_were_promised():
    assert [field.name for field in fields(Finding)] == [
        "code", "severity", "skill", "path", "line", "column", "message", "fix", "fingerprint",
    ]  # fmt: skip


def test_a_fingerprint_survives_moved_lines_and_another_place_of_the_repository():
    (before,) = validate(skill_folder(extra="x-team: a"), Limits()).findings
    (after,) = validate(skill_folder(extra="# note\n\nx-team: a", path="/home/me/pdf-forms"), Limits()).findings

    assert before.line != after.line
    assert before.fingerprint == after.fingerprint


def test_fingerprints_differ_by_rule_skill_file_and_text():
    findings = [
        *validate(skill_folder(extra="x-a: 1\nx-b: 1"), Limits()).findings,
        *validate(skill_folder("other-one", extra="x-a: 1"), Limits()).findings,
        *validate(skill_folder(files={"a": symlink("x"), "b": symlink("x")}), Limits()).findings,
    ]

    assert len({finding.fingerprint for finding in findings}) == len(findings) == 5


def test_the_reason_names_every_error_with_its_place_and_its_fix_and_no_warnings():
    folder = skill_folder("PDF", description="Short", extra="license: 1", path="skills/pdf")

    reason = validate(folder, Limits()).reason

    assert reason == (
        "skills/pdf/SKILL.md:2: the name `PDF` is not allowed: a name starts with a lower-case letter and continues with "
        "lower-case letters, digits and single hyphens between them (SK006). Name the skill and its folder `pdf`. "
        "skills/pdf/SKILL.md:3: the description has 5 characters without the white space around it; at least 10 are needed "
        "(SK007). Say what the skill does and when to use it."
    )


def test_text_of_a_skill_cannot_reach_a_terminal():
    evil = "\x1b[2J\u202e\u200b\r\nINFO all is well"
    folder = folder_of(
        {
            "SKILL.md": f"---\n{json.dumps(evil)}: 1\nname: {json.dumps(evil)}\n---\n",
            evil: "",
            "link": symlink(evil),
        },
        path=f"skills/{evil}",
    )

    findings = validate(folder, Limits(), rivals=[f"a/{evil}"]).findings

    assert {"SK005", "SK006", "SK009", "SK014", "SK020", "SK021"} <= {finding.code for finding in findings}
    assert all(
        part.isprintable()
        for finding in findings
        for part in (finding.message, finding.fix, finding.path, finding.skill)
    )


def test_a_duplicate_key_made_of_control_characters_is_shown_escaped_and_short():
    key = json.dumps("\x1b" * 2000)

    (finding,) = validate(skill_folder(text=f"---\n{key}: 1\n{key}: 2\n---\n"), Limits()).findings

    assert finding.code == "SK004"
    assert finding.message.isprintable()
    assert len(finding.message) < 3000


def test_the_rule_set_is_named_and_tight_limits_are_part_of_the_name():
    assert RULE_SET.startswith(RULES[-1].code)
    assert judged_by(Limits()) == RULE_SET
    assert len({RULE_SET, judged_by(Limits(files=1)), judged_by(Limits(script_bytes=1))}) == 3


def test_limits_are_read_and_may_be_tightened():
    assert read_limits("") == Limits()
    assert read_limits("[limits]\nfiles = 10\nskill-md-bytes = 1") == Limits(1, files=10)


def test_the_limits_of_a_file_are_what_its_bytes_say_and_the_products_without_one():
    assert limits_of(None) == Limits()
    assert limits_of(b"[limits]\nfiles = 10\n") == Limits(files=10)
    with pytest.raises(InvalidInputError, match=r"registry\.toml is not UTF-8"):
        limits_of(b"\xff")


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (
            "[limits]\nfile = 1",
            "unknown key `file`; expected one of skill-md-bytes, script-bytes, package-bytes, files",
        ),
        ("[limits]\nfiles = '1'", "limits.files must be a whole number, but is '1'"),
        ("[limits]\nfiles = true", "must be a whole number, but is True"),
        ("[limits]\nfiles = 513", "between 1 and 512, but is 513"),
        ("[limits]\nfiles = 0", "between 1 and 512, but is 0"),
        ("limits = 3", "must be a table"),
        ("[limits", "cannot be read"),
        ("a = " + "[" * 4000, "cannot be read"),
        ("limits = " + "[" * 90 + "]" * 90, "must be a table, written as `[limits]`, but is a list"),
        ("[limits]\nfiles." + "a." * 900 + "a = 1", "must be a whole number, but is a table"),
        ("[limits]\nfiles = 0x" + "f" * 4000, "between 1 and 512, but is a number far away from that"),
        ("[limits]\nfiles = '\u009b'", "but is '\\x9b'"),
        ("#" * 4097, "registry.toml has 4097 bytes, but at most 4096 are read"),
    ],
)
def test_wrong_limits_say_what_was_expected(toml, says):
    with pytest.raises(InvalidInputError) as caught:
        read_limits(toml)

    assert says in str(caught.value)


def test_reports_say_the_same_to_programs_and_to_people():
    findings = validate(skill_folder("PDF", path="skills/pdf"), Limits()).findings

    (told,) = json.loads(json.dumps(as_json(1, findings)))["findings"]
    text = "\n".join(line.plain for line in as_text(1, findings))

    assert (told["code"], told["severity"], told["line"]) == ("SK006", "error", 2)
    assert "skills/pdf/SKILL.md:2:7: error SK006" in text
    assert text.endswith("1 skill checked: 1 error, 0 warnings, 0 info")


def judged(folder):
    verdict = validate(folder, Limits())
    json.dumps(as_json(1, verdict.findings)).encode()
    assert (verdict.skill is not None) == verdict.ok == (not verdict.reason)
    assert all(isinstance(finding.severity, Severity) for finding in verdict.findings)
    return verdict


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_rules(content):
    judged(skill_folder(text=content))


@given(st.text(alphabet="ab:-[]{}?,&*!|>'\"%@`#()\n\r\t ~1.\u0085é\x00", max_size=120))
def test_no_frontmatter_crashes_the_rules_and_an_accepted_one_can_be_published(text):
    folder = skill_folder(extra=f"metadata: {text}")

    verdict = judged(folder)

    if verdict.ok:
        again, _ = canonical(folder)
        assert judged(again).ok


paths = st.text(alphabet=st.characters() | st.sampled_from("/\\.: "), max_size=30)
entries = st.builds(Entry, st.sampled_from(EntryKind), st.binary(max_size=5), st.integers(0, 2**40))


@given(path=paths, files=st.dictionaries(paths, entries, max_size=8))
def test_no_path_and_no_kind_of_entry_crashes_the_rules(path, files):
    judged(folder_of(files, path=path))
    judged(folder_of({**files, "SKILL.md": entry("---\n---\n")}, path=path))


def test_a_table_that_nobody_reads_is_refused_and_not_passed_over():
    with pytest.raises(InvalidInputError, match=r"unknown entry `limit`; expected the table `\[limits\]` only"):
        read_limits("[limit]\nfiles = 1\n")
