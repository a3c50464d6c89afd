"""Choosing advisers, and what they say beside what the rules say."""

import pytest
import typer

from mcpskills.adapters.advisers.adviser import redacted
from mcpskills.cli.advice import Advice, Settings
from mcpskills.cli.advising import advise, advisers, beside
from mcpskills.validation.finding import Finding, Severity


def finding(skill, code):
    return Finding(code, Severity.INFO, skill, f"skills/{skill}", None, None, "", "", "", "")


def test_each_adviser_is_asked_once_however_often_it_is_named():
    asked = advisers(Settings((Advice.CISCO, Advice.LLM, Advice.CISCO), url="http://127.0.0.1/v1", model="some-model"))

    assert [adviser.code for adviser in asked] == ["SK096", "SK097"]


@pytest.mark.parametrize("lacking", [{}, {"url": "http://127.0.0.1/v1"}, {"model": "some-model"}])
def test_a_language_model_needs_an_endpoint_and_a_name(lacking):
    with pytest.raises(typer.BadParameter, match="MCPSKILLS_ADVICE_URL and MCPSKILLS_ADVICE_MODEL"):
        advisers(Settings((Advice.LLM,), **lacking))


@pytest.mark.parametrize("key", ["k-1\r\nX-Other: 1", "schlüssel"])
def test_a_key_that_would_break_a_header_is_refused_without_being_repeated(key):
    with pytest.raises(typer.BadParameter) as refused:
        advisers(Settings((Advice.LLM,), url="http://127.0.0.1/v1", model="some-model", key=key))

    assert key not in str(refused.value)


def test_a_key_is_not_shown_by_what_holds_it():
    settings = Settings((Advice.LLM,), url="http://127.0.0.1/v1", model="some-model", key="k-1234567890")

    assert "k-1234567890" not in repr((settings, advisers(settings)))


def test_nobody_is_asked_about_nothing():
    assert advise([], advisers(Settings((Advice.CISCO,), program="no-such-program")), None) == []


def test_advice_stands_beside_the_findings_of_the_same_skill_and_registries_come_last():
    findings = [finding("pdf", "SK010"), finding("csv", "SK025"), finding("", "SK091")]
    advice = [finding("csv", "SK096"), finding("new", "SK096"), finding("pdf", "SK097")]

    assert [(each.skill, each.code) for each in beside(findings, advice)] == [
        ("pdf", "SK010"),
        ("pdf", "SK097"),
        ("csv", "SK025"),
        ("csv", "SK096"),
        ("new", "SK096"),
        ("", "SK091"),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("token = AKIAIOSFODNN7EXAMPLE2", "token = AKIA…"),
        ("https://user:hunter2@example.org/x", "https://…@example.org/x"),
        ("PROMPT_INJECTION_IGNORE_INSTRUCTIONS", "PROMPT_INJECTION_IGNORE_INSTRUCTIONS"),
        ("two\n  lines", "two lines"),
        ("x" * 1000, "x" * 400),
    ],
)
def test_words_of_advisers_are_one_line_without_secrets(text, shown):
    assert redacted(text) == shown
