"""DynamoDB that throttles and S3 that answers 503: everything is tried again, and nothing is lost or done twice."""

from threading import Event

import pytest

from builders import skill_folder
from fleet_member import until
from fleet_scene import Fleet
from mcp_reading import everything
from stand_ins.faults import SLOW_DOWN, THROTTLED, Answer, Fault, FaultyServer, Forward, Request, held_until

FAULTS = (
    ("TransactWriteItems", THROTTLED),
    ("Query", THROTTLED),
    ("GetItem", THROTTLED),
    ("PutItem", THROTTLED),
    ("PUT", SLOW_DOWN),
    ("GET", SLOW_DOWN),
)


def counted(fault: Fault, met: list[str]) -> Fault:
    """The fault, noted down each time that a request meets it."""

    def meet(request: Request, forward: Forward) -> Answer | None:
        met.append(request.operation)
        return fault(request, forward)

    return meet


@pytest.mark.anyio
async def test_what_is_pushed_while_dynamodb_throttles_and_s3_says_503_is_live_everywhere(
    ships: Fleet, fleets_aws: FaultyServer
):
    names = [f"busy-{number}" for number in range(3)]
    met: list[str] = []

    for operation, fault in FAULTS:
        fleets_aws.inject(counted(fault, met), operation=operation, times=2)
    ships.push(*map(skill_folder, names))
    ships.settle()
    until(lambda: len(met) == 2 * len(FAULTS), lambda: str(met))

    wanted = ships.in_git()
    for server in ships.servers:
        served = await everything(server.url)
        assert {name: served.get(name) for name in names} == {name: wanted[name] for name in names}
    published = [entry.skill for entry in ships.trail() if entry.action == "publish" and entry.skill in names]
    assert sorted(published) == names


@pytest.mark.anyio
async def test_a_replica_that_starts_while_the_store_is_slow_is_ready_only_when_it_has_everything(
    ships: Fleet, fleets_aws: FaultyServer
):
    ships.push(skill_folder("slow-1"), skill_folder("slow-2"))
    ships.settle()
    late = ships.another_server("late")
    asked, release = [], Event()

    fleets_aws.inject(counted(held_until(release), asked), operation="GET", times=2)
    with late.running():
        until(lambda: bool(asked) and late.answers(ships.http, "/health"), late.told)
        meanwhile = ships.http.get(late.url + "/ready").status_code, ships.info(late)["ready"]
        release.set()
        late.until_ready(ships.http)
        served = await everything(late.url)

    assert meanwhile == (503, False)
    assert served == await everything(ships.servers[0].url)
    assert {"slow-1", "slow-2"} <= served.keys()
