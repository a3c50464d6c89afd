"""docs/failures.md names tests that exist, and every test of the failure table."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "failures.md").read_text(encoding="utf-8")
TABLE = ROOT / "tests" / "integration" / "failures"


def of_the_table() -> set[str]:
    """The tests of the folder as `file::test`."""
    return {
        f"{file.name}::{node.name}"
        for file in TABLE.glob("test_*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_every_test_that_is_named_exists_and_every_test_of_the_table_is_named():
    assert sorted(set(re.findall(r"`(test_\w+\.py::\w+)`", PAGE))) == sorted(of_the_table())


def test_every_row_names_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| Fault"))]

    assert [row for row in rows if "::test_" not in row] == []
