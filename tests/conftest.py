import pytest

pytest_plugins = ["stand_ins.fixtures", "fleet_fixtures"]


@pytest.fixture
def anyio_backend():
    """What asynchronous tests run on, as the product does."""
    return "asyncio"
