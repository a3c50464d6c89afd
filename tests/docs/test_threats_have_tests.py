"""docs/security.md: every threat names a test, and every test that is named exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = "| Threat | Defence | Test |\n| --- | --- | --- |\n"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> list[str]:
    """All of the tables of threats."""
    return [row for table in PAGE.split(THREATS)[1:] for row in table.partition("\n\n")[0].splitlines()]


def named_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_threat_names_its_test():
    assert [row for row in rows() if not NAMED.search(row.rpartition(" | ")[2])] == []
    assert len(rows()) > 50


def test_every_test_that_is_named_exists():
    assert [f"{file}::{name}" for file, name in NAMED.findall(PAGE) if name not in named_in(file)] == []


def test_no_threat_is_named_twice():
    threats = [row.split(" | ")[0] for row in rows()]

    assert sorted(threats) == sorted(set(threats))
