"""Every route of the publisher has its heading in docs/webhooks.md, and every answer of the webhook its row."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from catalog_builders import TENANT
from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries
from mcpskills_publisher import health
from mcpskills_publisher.settings import PublisherSettings
from webhook_scene import receiver

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")


@pytest.fixture
def operations(tmp_path):
    with closing(SqliteDeliveries(tmp_path / "deliveries.sqlite", TENANT)) as queue:
        app = receiver(queue)
    app.include_router(health.router(lambda: None))
    app.include_router(health.details(PublisherSettings(), lambda: None, dict))
    paths = app.openapi()["paths"]
    return {f"{method.upper()} {path}": operation for path, item in paths.items() for method, operation in item.items()}


def test_routes_and_their_headings_are_the_same(operations):
    assert sorted(re.findall(r"^### `([A-Z]+ /\S*)`$", PAGE, re.MULTILINE)) == sorted(operations)


def test_every_answer_of_the_webhook_has_its_row(operations):
    rows = set(re.findall(r"^\| (\d{3}) \| `\w+` \|", PAGE, re.MULTILINE))

    assert rows == set(operations["POST /webhooks/github"]["responses"])
