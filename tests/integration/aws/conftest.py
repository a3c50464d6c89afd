from collections.abc import Iterator
from dataclasses import replace

import pytest

from stand_ins.aws_server import AwsServer
from stand_ins.faults import FaultyServer, faulty


@pytest.fixture
def faulty_ministack(ministack: AwsServer) -> Iterator[FaultyServer]:
    """A proxy before MiniStack that does wrong what a test tells it to."""
    with faulty(ministack.url) as proxy:
        yield proxy


@pytest.fixture
def behind_faults(ministack: AwsServer, faulty_ministack: FaultyServer) -> AwsServer:
    """MiniStack as it is reached through that proxy."""
    return replace(ministack, url=faulty_ministack.url)
