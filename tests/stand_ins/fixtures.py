"""Fixtures of the stand-ins: real servers on loopback, started when a test first asks, shared by the tests of one process.

Nobody resets them. A test keeps to itself by names of its own: a bucket, a prefix of tables or keys.
"""

from collections.abc import Iterator

import pytest

from stand_ins.valkey import Valkey, valkey_server


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    with valkey_server() as started:
        yield started
