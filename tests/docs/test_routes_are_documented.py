"""Every route of the admin API and of health has its heading in docs/admin-api.md, and every heading its route."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest

from admin_service import described
from mcpskills_server import problem
from mcpskills_server.admin import admission

OF_HTTP = {HTTPStatus(status) for status in (400, 401, 403, 405, 415, 429, 500)}
"""Statuses that come from the framework, the gate or admission, not from our error tree."""

PAGE = (Path(__file__).parents[2] / "docs" / "admin-api.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `([A-Z]+ /\S*)`\n\n(.+?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def operations(tmp_path_factory):
    paths = described(tmp_path_factory.mktemp("described"))["paths"]
    return {f"{method.upper()} {path}": operation for path, item in paths.items() for method, operation in item.items()}


def test_routes_and_their_headings_are_the_same(operations):
    assert sorted(SECTIONS) == sorted(operations)


def test_every_parameter_is_named_in_its_section(operations):
    missing = [
        f"{route} {parameter['name']}"
        for route, operation in operations.items()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query" and f"`{parameter['name']}`" not in SECTIONS[route]
    ]

    assert missing == []


def test_every_kind_of_problem_has_its_row():
    rows = dict(re.findall(r"^\| (\d{3}) \| `(\S+)` \|", PAGE, re.MULTILINE))

    assert {int(status): kind for status, kind in rows.items()} == {
        status.value: problem.problem_type(status) for status in {*problem.STATUSES.values(), *OF_HTTP}
    }


def test_the_page_says_who_is_answered():
    assert admission.REASON in PAGE
