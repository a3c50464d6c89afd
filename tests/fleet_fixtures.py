"""A fleet that is running, and a Redis that may be taken away from it; shared by the stories of one process of tests.

Each story pushes skills of its own names, and leaves the fleet running and at rest.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from fleet_scene import Fleet, fleet
from stand_ins.aws_server import AwsServer
from stand_ins.faults import FaultyServer, faulty
from stand_ins.unsteady_redis import UnsteadyRedis, unsteady_redis


@pytest.fixture(scope="session")
def fleets_redis() -> Iterator[UnsteadyRedis]:
    with unsteady_redis() as made:
        yield made


@pytest.fixture(scope="session")
def fleets_aws(ministack: AwsServer) -> Iterator[FaultyServer]:
    """What stands between the fleet and MiniStack."""
    with faulty(ministack.url) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def ships(
    ministack: AwsServer,
    fleets_redis: UnsteadyRedis,
    fleets_aws: FaultyServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Fleet]:
    """The processes hear of pushes by watching the repository, and reach AWS through the proxy."""
    through = replace(ministack, url=fleets_aws.url)
    with fleet(tmp_path_factory.mktemp("fleet"), ministack, fleets_redis.url, through=through, publishers=1) as made:
        made.start()
        yield made
