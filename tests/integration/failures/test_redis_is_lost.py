"""Redis is a hint: without it replicas converge by polling, and a rollback reaches all of them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from builders import skill_folder
from fleet_scene import Fleet
from stand_ins.unsteady_redis import UnsteadyRedis


@pytest.mark.parametrize(
    "loses_redis", [UnsteadyRedis.stopped, UnsteadyRedis.restarted_empty, UnsteadyRedis.partitioned]
)
def test_replicas_converge_and_a_rollback_reaches_all_when_redis_is(
    ships: Fleet, fleets_redis: UnsteadyRedis, loses_redis: Callable[[UnsteadyRedis], AbstractContextManager[None]]
):
    name = f"redis-{loses_redis.__name__.replace('_', '-')}"
    ships.push(skill_folder(name, body="One.\n"))
    ships.settle()

    with loses_redis(fleets_redis):
        ships.push(skill_folder(name, body="Two.\n"))
        ships.settle()
        pushed = ships.served_versions(name)
        ships.change(ships.servers[1], f"{name}/rollback")
        ships.converge()
        rolled_back = ships.served_versions(name)
    ships.push(skill_folder(f"{name}-after"))
    ships.settle()

    assert pushed == [2, 2, 2]
    assert rolled_back == [1, 1, 1]
    assert ships.served_versions(f"{name}-after") == [1, 1, 1]
