"""Advice stands in every report beside the findings, and decides nothing."""

import json

import pytest

from builders import write_skill
from chat_endpoint import listening, opinion
from command_line import validate

FINDING = {
    "rule_id": "SOME_RULE",
    "severity": "CRITICAL",
    "title": "Something",
    "file_path": "SKILL.md",
    "line_number": 1,
}


@pytest.fixture
def registry(tmp_path):
    root = tmp_path / "registry"
    write_skill(root / "skills", "pdf-forms", extra="license: 1")
    (root / "registry.toml").write_text("")
    return root


@pytest.fixture
def scanner(tmp_path):
    at, report = tmp_path / "skill-scanner", tmp_path / "report.json"
    report.write_text(json.dumps({"findings": [FINDING]}))
    at.write_text(f"#!/bin/sh\ncat '{report}'\n")
    at.chmod(0o755)
    return at


def test_both_advisers_stand_beside_the_findings_and_nothing_is_blocked(registry, scanner):
    with listening(opinion("malicious")) as endpoint:
        arguments = ["--advice", "cisco", "--advice-program", scanner, "--advice", "llm", "--advice-url", endpoint.url]
        run = validate(".", *arguments, "--advice-model", "some-model", "--format", "json", at=registry)

    assert run.code == 0
    assert [(found["code"], found["severity"]) for found in run.report["findings"]] == [
        ("SK010", "warning"),
        ("SK096", "warning"),
        ("SK097", "info"),
    ]


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github", "markdown"])
def test_every_format_tells_advice(registry, scanner, name):
    run = validate(".", "--advice", "cisco", "--advice-program", scanner, "--format", name, at=registry)

    assert run.code == 0
    assert "SK096" in run.out
    assert "SOME_RULE" in run.out


@pytest.mark.parametrize("policy", ['[rules]\nSK096 = "error"\n', '[rules]\nSK097 = "off"\n'])
def test_a_policy_cannot_weigh_advice_anew(registry, policy):
    (registry / "registry.toml").write_text(policy)

    run = validate(".", at=registry)

    assert run.code == 1
    assert "rules.SK09" in run.error


def test_an_adviser_without_its_settings_is_wrong_usage(registry):
    run = validate(".", "--advice", "llm", at=registry)

    assert run.code == 2
    assert "MCPSKILLS_ADVICE_URL" in run.error


def test_without_advice_nobody_is_asked(registry):
    assert {code for code, _ in validate(".", "--format", "json", at=registry).found} == {"SK010"}
