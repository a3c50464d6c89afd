"""docs/evals.md says what is so: its examples are evals, its tables have every key, its limits are those of the code."""

import re
from pathlib import Path

from builders import script, skill_folder
from mcpskills.evals import reading
from mcpskills.evals.schema import DEFAULT_WITHIN, MAX_CASES, schema
from mcpskills.query import MAX_LIMIT, MAX_QUERY

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "evals.md").read_text(encoding="utf-8")


def keys(heading):
    """The first cells of the table below a heading."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE)


def test_the_example_is_read_without_a_flaw():
    example = re.search(r"```yaml\n(.+?)```", PAGE, re.DOTALL)

    found = reading.read(skill_folder(files={"evals/a.yaml": example[1], "scripts/fill.py": script("")}))

    assert (len(found.triggers), len(found.scripts), found.flaws) == (3, 1, ())


def test_the_tables_have_the_keys_of_the_schema():
    properties = schema()["properties"]

    assert keys("Triggers") == list(properties["triggers"]["items"]["properties"])
    assert keys("Scripts") == list(properties["scripts"]["items"]["properties"])


def test_the_limits_are_those_of_the_code():
    assert f"up to {MAX_QUERY:,} characters" in PAGE
    assert f"1 to {MAX_LIMIT}, {DEFAULT_WITHIN} if left out" in PAGE
    assert f"{MAX_CASES} cases of a skill" in PAGE
    assert (reading.MAX_FILES, reading.MAX_BYTES) == (10, 64 * 1024)
    assert "ten files of 64 KiB" in PAGE
