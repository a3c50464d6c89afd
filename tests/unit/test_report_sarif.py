import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft4Validator, FormatChecker

from builders import skill_folder, symlink
from findings import WAIVER, a_finding, a_report, hostile_reports
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.reports.sarif import MAX_RESULTS, SECURITY_GROUPS, SECURITY_RULES, as_sarif
from mcpskills.validation.rules import GROUPS, RULES
from mcpskills.validation.validate import validate

SCHEMA = Path(__file__).parents[1] / "data" / "sarif" / "sarif-schema-2.1.0.json"


@cache
def schema():
    return Draft4Validator(json.loads(SCHEMA.read_text()), format_checker=FormatChecker())


def run_of(report):
    document = json.loads(as_sarif(report))
    schema().validate(document)
    (run,) = document["runs"]
    return run


def result_of(finding, **others):
    (result,) = run_of(a_report(finding, **others))["results"]
    return result


def test_what_the_rules_find_is_valid_sarif():
    folder = skill_folder("PDF", description="x", extra="x-a: 1", files={"a b#?.md": symlink("x"), "sub/SKILL.md": ""})

    run = run_of(a_report(*validate(folder, Policy()).findings))

    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]}
    assert "skills/PDF/a%20b%23%3F.md" in uris


def test_a_result_says_where_what_and_by_which_rule():
    finding = a_finding()

    result = result_of(finding)

    assert list(RULES)[result["ruleIndex"]] == result["ruleId"] == "SK007"
    assert result["level"] == "error"
    assert result["message"]["text"] == f"{finding.message}. {finding.fix}"
    assert result["partialFingerprints"] == {"primaryLocationLineHash": f"{finding.fingerprint}:1"}
    assert result["suppressions"] == []
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "skills/pdf-forms/SKILL.md", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 14, "snippet": {"text": "short"}},
            }
        }
    ]


def test_every_rule_is_described_with_what_its_page_says():
    rules = run_of(a_report())["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == list(RULES)
    assert all("**Why:**" in rule["help"]["markdown"] and "](" not in rule["help"]["markdown"] for rule in rules)
    assert all(0 < len(rule["fullDescription"]["text"]) <= 1024 for rule in rules)


def test_rules_about_attacks_have_a_score_by_their_severity_and_others_have_none():
    rules = run_of(a_report())["tool"]["driver"]["rules"]

    scores = {rule["id"]: rule["properties"].get("security-severity") for rule in rules}
    security = {code for code, score in scores.items() if score}
    assert security == SECURITY_RULES | {rule.code for group in SECURITY_GROUPS for rule in GROUPS[group]}
    assert all(float(scores[code]) >= 7 for code in security if RULES[code].severity is Severity.ERROR)
    assert all(float(scores[code]) < 7 for code in security if RULES[code].severity is not Severity.ERROR)


def test_a_registry_sees_its_own_severities():
    policy = Policy(severities=(("SK014", None), ("SK025", Severity.ERROR), ("SK001", None)))

    rules = {rule["id"]: rule for rule in run_of(a_report(policy=policy))["tool"]["driver"]["rules"]}

    assert rules["SK014"]["defaultConfiguration"] == {"enabled": False}
    assert rules["SK025"]["defaultConfiguration"]["level"] == "error"
    assert rules["SK001"]["defaultConfiguration"]["level"] == "error"


def test_a_waiver_is_a_suppression_with_its_reason():
    assert result_of(a_finding(waiver=WAIVER))["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": WAIVER}
    ]


def test_a_finding_about_a_whole_folder_points_at_its_skill_file_without_a_region():
    (location,) = result_of(a_finding("SK019", path=""))["locations"]

    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "skills/pdf-forms/SKILL.md", "uriBaseId": "%SRCROOT%"}
    }


def test_a_path_outside_of_the_repository_is_an_address_of_its_own():
    finding = replace(a_finding(), path="/a b")

    (location,) = result_of(finding)["locations"]

    assert location["physicalLocation"]["artifactLocation"] == {"uri": "file:///a%20b"}


def test_the_same_text_twice_is_two_alerts():
    results = run_of(a_report(a_finding(line=1), a_finding(line=9)))["results"]

    assert len({result["partialFingerprints"]["primaryLocationLineHash"] for result in results}) == 2


def test_more_results_than_are_taken_are_cut_after_the_most_important_and_the_rest_is_told():
    warnings = [a_finding("SK014", Severity.WARNING)] * MAX_RESULTS

    run = json.loads(as_sarif(a_report(*warnings, a_finding())))["runs"][0]

    assert len(run["results"]) == MAX_RESULTS
    assert run["results"][0]["level"] == "error"
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "1 finding left out: at most 25000 are taken."


@pytest.mark.parametrize(
    ("said", "told"),
    [("[click](http://evil.example)", "[click] (http://evil.example)"), ("{0} and {x}", "{{0}} and {{x}}")],
)
def test_a_message_has_neither_links_nor_placeholders(said, told):
    assert result_of(a_finding(message=said))["message"]["text"].startswith(told)


@given(hostile_reports())
def test_no_finding_makes_invalid_sarif(report):
    document = json.loads(as_sarif(report))
    (run,) = document["runs"]
    # The rules are the same each time and take most of the time that checking takes.
    run["tool"]["driver"]["rules"].clear()

    schema().validate(document)
    assert len(run["results"]) == len(report.findings)
    assert all("](" not in result["message"]["text"] for result in run["results"])
