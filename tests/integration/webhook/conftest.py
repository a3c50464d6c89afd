from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalog_builders import TENANT
from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries
from webhook_scene import Site, receiver, site


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[SqliteDeliveries]:
    with closing(SqliteDeliveries(tmp_path / "deliveries.sqlite", TENANT)) as opened:
        yield opened


@pytest.fixture
def github(queue: SqliteDeliveries) -> Iterator[Site]:
    """GitHub, as it delivers to a service that writes to the queue."""
    with site(receiver(queue)) as opened:
        yield opened
