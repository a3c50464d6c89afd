"""docs/advice.md, docs/rules/advice.md and docs/settings.md say what advisers are."""

import re
from pathlib import Path
from typing import get_args

import pytest

from mcpskills.adapters.advisers import cisco, llm, material
from mcpskills.cli import advice

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "advice.md").read_text(encoding="utf-8")
RULES = (DOCS / "rules" / "advice.md").read_text(encoding="utf-8")
ADVISERS = {advice.Advice.CISCO: cisco.CiscoScanner, advice.Advice.LLM: llm.LanguageModel}


def test_every_adviser_has_its_row_and_its_heading():
    rows = re.findall(r"^\| `(\w+)` \| \[(SK\d+)\]", PAGE, re.MULTILINE)

    assert rows == [(name.value, adviser.code) for name, adviser in ADVISERS.items()]
    assert [name for name in advice.Advice if f"\n## `{name}`\n" not in PAGE] == []


def test_every_code_has_its_section_with_the_severity_that_its_findings_have():
    sections = re.findall(r"^## (SK\d+): [\w-]+\n\n(\w+)\. ", RULES, re.MULTILINE)

    assert sections == [(adviser.code, adviser.severity.value.title()) for adviser in ADVISERS.values()]


def test_every_setting_has_its_row_and_every_row_its_setting():
    options = [get_args(option)[1] for option in (advice.Program, advice.Url, advice.Model, advice.Key)]

    rows = re.findall(r"^\| `(MCPSKILLS_ADVICE_\w+)` \|", (DOCS / "settings.md").read_text(), re.MULTILINE)

    assert rows == [option.envvar for option in options]


@pytest.mark.parametrize(
    "limit",
    [
        f"{cisco.CiscoScanner('').seconds:g} seconds for a skill",
        f"takes longer than {llm.LanguageModel('', '').seconds:g} seconds",
        f"{material.SHOWN:,} characters",
    ],
)
def test_the_limits_are_those_of_the_code(limit):
    assert limit in PAGE
