"""Every page of the dashboard has its heading, and every heading its page."""

import re
from pathlib import Path

from mcpskills_dashboard.navigation import PAGES

DOCS = Path(__file__).parents[2] / "docs"


def test_pages_and_their_headings_are_the_same():
    headings = re.findall(r"^### `/([\w-]+)`$", (DOCS / "dashboard.md").read_text(), re.MULTILINE)

    assert sorted(headings) == sorted(row.path for row in PAGES)
