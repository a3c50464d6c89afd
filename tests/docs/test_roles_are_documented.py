"""docs/aws.md says of every statement of infra/policies what it allows, and nothing else."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8")

Allowed = dict[tuple[str, str], tuple[bool, frozenset[str]]]
"""By role and statement: whether it allows, and which actions."""


def documented() -> Allowed:
    rows = re.findall(r"^\| (\w+) \| `(\w+)` \| (never )?(`\w+:[^|]+) \|", PAGE, re.MULTILINE)
    return {
        (role, statement): (not never, frozenset(re.findall(r"`([^`]+)`", actions)))
        for role, statement, never, actions in rows
    }


def stated() -> Allowed:
    return {
        (file.stem, statement["Sid"]): (statement["Effect"] == "Allow", frozenset(actions(statement)))
        for file in (ROOT / "infra" / "policies").glob("*.json")
        for statement in json.loads(file.read_text(encoding="utf-8"))["Statement"]
    }


def actions(statement: dict[str, str | list[str]]) -> list[str]:
    named = statement["Action"]
    return [named] if isinstance(named, str) else named


def test_every_statement_has_its_row_with_its_actions_and_every_row_its_statement():
    assert documented() == stated()


def test_every_variable_of_a_policy_is_explained():
    for file in (ROOT / "infra" / "policies").glob("*.json"):
        variables = set(re.findall(r"\$\{(\w+)\}", file.read_text(encoding="utf-8")))

        assert {name for name in variables if f"`{name}`" not in PAGE} == set()
