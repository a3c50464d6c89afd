"""Every page of the dashboard has its heading, and every heading its page."""

import re
from pathlib import Path

import pytest

import mcpskills_dashboard
from mcpskills_dashboard.addresses import EVERYWHERE, PARAMETERS
from mcpskills_dashboard.navigation import PAGES

DOCS = Path(__file__).parents[2] / "docs"


def test_pages_and_their_headings_are_the_same():
    headings = re.findall(r"^### `/([\w-]+)`$", (DOCS / "dashboard.md").read_text(), re.MULTILINE)

    assert sorted(headings) == sorted(row.path for row in PAGES)


@pytest.mark.parametrize("page", [row.path for row in PAGES])
def test_what_the_address_of_a_page_may_say_is_what_its_heading_tells(page):
    text = (DOCS / "dashboard.md").read_text()
    [section] = re.findall(rf"^### `/{page}`$(.*?)^##", text, re.MULTILINE | re.DOTALL)

    assert set(re.findall(r"`[?&](\w+)=", section)) - EVERYWHERE == PARAMETERS[page]


def test_whatever_pages_read_from_an_address_survives_signing_in_elsewhere():
    code = "".join(path.read_text() for path in Path(mcpskills_dashboard.__file__).parent.rglob("*.py"))
    read = re.findall(
        r'parameter\("(\w+)"\)|^(?:PARAMETER|CALL|ENTRY|_ACTION|_ASKED_STATUS): Final = "(\w+)"', code, re.MULTILINE
    )
    bound = re.findall(r'key="(\w+)",(?:(?!key=).)*?bind="query-params"', code, re.DOTALL)

    known = EVERYWHERE.union(*PARAMETERS.values())
    assert {*bound, *map("".join, read)} <= known
    assert {"name", "call", "lang", "skills_search"} <= {*bound, *map("".join, read)}
