import json
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from builders import entry, folder_of, skill_folder, symlink
from mcpskills.canonical import canonical
from mcpskills.folder import Entry, EntryKind
from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.policy import Limits, Policy
from mcpskills.validation.reports.json_document import as_json
from mcpskills.validation.reports.report import Report
from mcpskills.validation.reports.text import as_text
from mcpskills.validation.rules import RULE_SET, RULES
from mcpskills.validation.subject import Neighbours
from mcpskills.validation.validate import _found, judged_by, validate


def test_a_finding_has_exactly_the_fields_that_programs_were_promised():
    assert [field.name for field in fields(Finding)] == [
        "code", "severity", "skill", "path", "line", "column", "message", "fix", "text",
        "fingerprint", "waiver", "of_folder",
    ]  # fmt: skip


def test_a_fingerprint_survives_moved_lines_and_another_place_of_the_repository():
    (before,) = validate(skill_folder(extra="x-team: a"), Policy()).findings
    (after,) = validate(skill_folder(extra="# note\n\nx-team: a", path="/home/me/pdf-forms"), Policy()).findings

    assert before.line != after.line
    assert before.fingerprint == after.fingerprint


def test_fingerprints_differ_by_rule_skill_file_and_text():
    findings = [
        *validate(skill_folder(extra="x-a: 1\nx-b: 1"), Policy()).findings,
        *validate(skill_folder("other-one", extra="x-a: 1"), Policy()).findings,
        *validate(skill_folder(files={"a": symlink("x"), "b": symlink("x")}), Policy()).findings,
    ]

    assert len({finding.fingerprint for finding in findings}) == len(findings) == 5


def test_the_reason_names_every_error_with_its_place_and_its_fix_and_no_warnings():
    folder = skill_folder("PDF", description="Short", extra="license: 1", path="skills/pdf")

    reason = validate(folder, Policy()).reason

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

    findings = validate(folder, Policy(), Neighbours(rivals=(f"a/{evil}",))).findings

    assert {"SK005", "SK006", "SK009", "SK014", "SK020", "SK021"} <= {finding.code for finding in findings}
    assert all(
        part.isprintable()
        for finding in findings
        for part in (finding.message, finding.fix, finding.path, finding.skill)
    )


def test_a_duplicate_key_made_of_control_characters_is_shown_escaped_and_short():
    key = json.dumps("\x1b" * 2000)

    (finding,) = validate(skill_folder(text=f"---\n{key}: 1\n{key}: 2\n---\n"), Policy()).findings

    assert finding.code == "SK004"
    assert finding.message.isprintable()
    assert len(finding.message) < 3000


def test_the_rule_set_is_named_and_a_policy_is_part_of_the_name():
    tight = [
        Policy(limits=Limits(files=1)),
        Policy(limits=Limits(script_bytes=1)),
        Policy(severities=(("SK025", None),)),
    ]

    assert judged_by(Policy()) == RULE_SET
    assert len({RULE_SET, *map(judged_by, tight)}) == 4


def test_reports_say_the_same_to_programs_and_to_people():
    findings = validate(skill_folder("PDF", path="skills/pdf"), Policy()).findings

    (told,) = json.loads(as_json(Report(1, findings)))["findings"]
    text = as_text(Report(1, findings))

    assert (told["code"], told["severity"], told["line"]) == ("SK006", "error", 2)
    assert "skills/pdf/SKILL.md:2:7: error SK006" in text
    assert text.endswith("1 skill checked: 1 error, 0 warnings, 0 info\n")


def judged(folder):
    verdict = validate(folder, Policy())
    as_json(Report(1, verdict.findings)).encode()
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


def test_a_requirement_that_is_nested_too_deep_stops_no_run():
    deep = {
        "requirements.txt": "a;" + "(" * 700,
        "pyproject.toml": "[project]\ndependencies = ['a;" + "(" * 1500 + "']",
    }

    verdict = judged(skill_folder(files=deep))

    assert "SK098" not in {finding.code for finding in verdict.findings}


def test_a_rule_that_fails_lets_nothing_pass():
    def failing():
        raise RecursionError

    ((code, problem),) = _found("SK073", failing, "requirements.txt")

    assert RULES[code].essential
    assert RULES[code].severity is Severity.ERROR
    assert "the rule SK073 could not be finished (RecursionError)" in problem.message
    assert problem.path == "requirements.txt"
