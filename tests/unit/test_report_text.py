import json

import pytest
from hypothesis import given

from findings import WAIVER, a_finding, a_report, hostile_reports
from mcpskills import __version__
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.reports.formats import FORMATS
from mcpskills.validation.reports.json_document import as_json
from mcpskills.validation.reports.text import as_text, lines
from mcpskills.validation.rules import RULE_SET


def broken(report, width=80):
    return [line.plain for line in lines(report, width)]


def test_unbroken_text_has_each_finding_in_one_line_that_starts_with_its_place():
    report = a_report(a_finding())

    assert as_text(report).splitlines() == [
        "pdf-forms",
        "  skills/pdf-forms/SKILL.md:3:14: error SK007 the description has 5 characters; at least 10 are needed",
        "      | short",
        "      Fix: Say what the skill does and when to use it.",
        "",
        "1 skill checked: 1 error, 0 warnings, 0 info",
    ]


def test_broken_text_stands_below_its_file_within_the_width():
    report = a_report(
        a_finding(
            message="the description has 5 characters; at least 10 are needed, and they should say when to use it"
        ),
        a_finding("SK014", Severity.INFO, line=120, column=1, text=""),
        a_finding("SK020", path="a.txt", line=None, column=None, text="", message="short"),
        skills=2,
    )

    assert broken(report, 72) == [
        "pdf-forms",
        "  skills/pdf-forms/SKILL.md",
        "    3:14   error    SK007 the description has 5 characters; at least 10",
        "           are needed, and they should say when to use it",
        "           | short",
        "           Fix: Say what the skill does and when to use it.",
        "    120:1  info     SK014 the description has 5 characters; at least 10",
        "           are needed",
        "           Fix: Say what the skill does and when to use it.",
        "  skills/pdf-forms/a.txt",
        "    error    SK020 short",
        "    Fix: Say what the skill does and when to use it.",
        "",
        "2 skills checked: 2 errors, 0 warnings, 1 info",
    ]


@given(hostile_reports())
def test_no_line_is_wider_than_the_terminal_whatever_a_skill_says(report):
    wide = [line for line in lines(report, 60) if line.cell_len > 60]

    # A sign that would be a command is escaped after the lines are broken, which may cost a column.
    assert [line.plain for line in wide if line.plain.startswith("  ") and "##\\[" not in line.plain] == []


def test_what_is_waived_is_told_with_who_and_until_and_counts_apart():
    report = a_report(a_finding(waiver=WAIVER), a_finding("SK014", Severity.WARNING))

    told = as_text(report)

    assert f"      Waived: {WAIVER}\n" in told
    assert told.endswith("1 skill checked: 0 errors, 1 warning, 0 info, 1 waived\n")


def test_the_summary_is_red_only_when_something_blocks():
    *_, failed = lines(a_report(a_finding()), 80)
    *_, passed = lines(a_report(a_finding(waiver=WAIVER)), 80)

    assert ("red" in str(failed.style), "green" in str(passed.style)) == (True, True)


def test_what_concerns_no_skill_stands_below_the_registry():
    report = a_report(a_finding("SK090", Severity.WARNING, skill="", path="registry.toml"))

    assert as_text(report).startswith("registry\n")


@given(hostile_reports())
def test_no_line_is_a_command_for_the_runner_of_a_workflow(report):
    told = [as_text(report), "\n".join(broken(report, 50)), FORMATS["json"](report), FORMATS["markdown"](report)]

    for line in "\n".join(told).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_nothing_found_and_ends_with_a_line_feed(name):
    told = FORMATS[name](a_report(skills=3))

    assert told.endswith("\n")
    assert "\r" not in told


def test_json_has_the_promised_keys():
    finding = a_finding()

    document = json.loads(as_json(a_report(finding)))

    assert document == {
        "version": __version__,
        "rule_set": RULE_SET,
        "policy": None,
        "skills": 1,
        "summary": "1 skill checked: 1 error, 0 warnings, 0 info",
        "rules": {"SK007": {"name": "description", "group": "schema", "severity": "error", "essential": True}},
        "findings": [
            {
                "code": "SK007",
                "severity": "error",
                "skill": "pdf-forms",
                "path": "skills/pdf-forms/SKILL.md",
                "line": 3,
                "column": 14,
                "message": "the description has 5 characters; at least 10 are needed",
                "fix": "Say what the skill does and when to use it.",
                "text": "short",
                "fingerprint": finding.fingerprint,
                "waiver": None,
                "of_folder": False,
                "blocks": True,
            }
        ],
    }


def test_json_names_the_policy_by_which_was_judged():
    policy = Policy(required=("@example/owners",))

    assert json.loads(as_json(a_report(policy=policy)))["policy"] == policy.digest


def test_json_keeps_a_text_that_looks_like_a_command():
    document = as_json(a_report(a_finding(text="##[add-mask]x")))

    assert json.loads(document)["findings"][0]["text"] == "##[add-mask]x"
