import os
from collections.abc import Iterator

import pytest

import anybody
import forking

os.environ.update(anybody.SETTINGS)

pytest_plugins = ["stand_ins.fixtures", "fleet_fixtures"]


@pytest.fixture(scope="session", autouse=True)
def forked() -> Iterator[None]:
    """Ends what processes of the product are forked from, if a test needed any."""
    yield
    forking.end()


@pytest.fixture
def anyio_backend():
    """What asynchronous tests run on, as the product does."""
    return "asyncio"
