import gc
import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

import anybody
import forking

os.environ.update(anybody.SETTINGS)

# Nobody is asked beyond this machine, and each client of httpx takes 20 ms to read all authorities that others trust.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = os.devnull

# While modules and tests are made, nothing of them is garbage: looking for it takes a quarter of the time.
gc.disable()

# A machine that is busy with other things is no failure. In CI the library's own profile for it stays below this one.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")

# structlog's own traceback shows every local variable of every frame, which takes seconds for one of an application.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

pytest_plugins = ["stand_ins.fixtures", "fleet_fixtures"]


def pytest_collection_finish() -> None:
    """Spare the garbage collector the modules and the thousands of tests, which live to the end and are most of the heap."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def forked() -> Iterator[None]:
    """Ends what processes of the product are forked from, if a test needed any."""
    yield
    forking.end()


@pytest.fixture
def anyio_backend():
    """What asynchronous tests run on, as the product does."""
    return "asyncio"
