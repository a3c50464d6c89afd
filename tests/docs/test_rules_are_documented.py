import re
from pathlib import Path

from mcpskills.validation.policy import Limits, read_limits
from mcpskills.validation.rules import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+)\n\n(.+)", PAGE, re.MULTILINE))


def test_every_rule_has_its_heading_in_the_order_of_the_table_and_every_heading_its_rule():
    assert list(SECTIONS) == [f"{rule.code}: {rule.name}" for rule in RULES]


def test_every_section_states_the_severity_that_the_rule_has():
    stated = {heading: text.partition(".")[0].lower() for heading, text in SECTIONS.items()}

    assert stated == {f"{rule.code}: {rule.name}": rule.severity.value for rule in RULES}


def test_every_section_says_why_and_how_to_fix():
    parts = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]

    assert [part[:5] for part in parts if "**Why:**" not in part or "**Fix:**" not in part] == []


def test_the_limits_in_the_example_are_the_defaults():
    example = re.search(r"```toml\n(.+?)```", PAGE, re.DOTALL)

    assert example
    assert read_limits(example.group(1)) == Limits()


def test_codes_are_unique_and_well_formed():
    codes = [rule.code for rule in RULES]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"SK\d{3}", code) for code in codes)
