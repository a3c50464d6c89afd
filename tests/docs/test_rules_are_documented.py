import json
import re
from datetime import date
from pathlib import Path

import pytest

from mcpskills.evals.schema import schema as evals_schema
from mcpskills.validation.policy import Limits
from mcpskills.validation.registry_toml import read_policy
from mcpskills.validation.rules import GROUPS, RULES
from mcpskills.validation.schemas import registry_schema
from mcpskills.validation.skill_schema import skill_schema

DOCS = Path(__file__).parents[2] / "docs"
INDEX = (DOCS / "rules" / "README.md").read_text(encoding="utf-8")
PAGES = {group: (DOCS / "rules" / f"{group}.md").read_text(encoding="utf-8") for group in GROUPS}
PARTS = ("**Why:**", "**Fix:**", "**Waive:**")


def sections(page):
    return {
        part.partition("\n")[0]: part.partition("\n\n")[2] for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    }


@pytest.mark.parametrize("group", GROUPS)
def test_every_rule_has_its_heading_in_the_order_of_the_table_and_every_heading_its_rule(group):
    assert list(sections(PAGES[group])) == [f"{rule.code}: {rule.name}" for rule in GROUPS[group]]


@pytest.mark.parametrize("group", GROUPS)
def test_every_section_states_the_severity_that_the_rule_has(group):
    stated = {heading[:5]: text.partition(".")[0].lower() for heading, text in sections(PAGES[group]).items()}

    assert stated == {rule.code: rule.severity.value for rule in GROUPS[group]}


@pytest.mark.parametrize("group", GROUPS)
def test_every_section_says_why_and_how_to_fix_and_how_to_waive(group):
    lacking = [heading for heading, text in sections(PAGES[group]).items() if not all(part in text for part in PARTS)]

    assert lacking == []


@pytest.mark.parametrize("group", GROUPS)
def test_exactly_the_essential_rules_say_that_they_cannot_be_waived(group):
    said = {heading[:5] for heading, text in sections(PAGES[group]).items() if "**Waive:** not possible" in text}

    assert said == {rule.code for rule in GROUPS[group] if rule.essential}


def test_the_index_names_every_group_and_nothing_else():
    assert re.findall(r"^\| \[[^]]+\]\((\w+)\.md\)", INDEX, re.MULTILINE) == list(GROUPS)


def test_the_example_of_a_policy_is_valid_and_its_limits_are_the_defaults():
    example = re.search(r"```toml\n(.+?)```", INDEX, re.DOTALL)

    assert example
    policy = read_policy(example.group(1), date(2026, 1, 1))
    assert policy.limits == Limits()
    assert [waiver.rule for waiver in policy.waivers] == ["SK025"]


@pytest.mark.parametrize(
    ("name", "schema"), [("skill", skill_schema), ("registry", registry_schema), ("evals", evals_schema)]
)
def test_the_published_schemas_are_those_by_which_the_product_checks(name, schema):
    assert json.loads((DOCS / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")) == schema()


def test_codes_are_unique_and_well_formed():
    codes = [rule.code for rules in GROUPS.values() for rule in rules]

    assert len(codes) == len(set(codes)) == len(RULES)
    assert all(re.fullmatch(r"SK\d{3}", code) for code in codes)
