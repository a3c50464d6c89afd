"""Pushes to a fleet whose processes are killed or frozen at random moments: in the end every replica is what Git is."""

import random
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest

from builders import skill_folder
from fleet_scene import Fleet, fleet
from git_fixtures import git
from mcp_reading import everything
from stand_ins.aws_server import AwsServer
from stand_ins.valkey import Valkey

NAMES = [f"skill-{number:02}" for number in range(20)]


@pytest.fixture
def ships(tmp_path, ministack: AwsServer, valkey: Valkey) -> Iterator[Fleet]:
    with fleet(tmp_path, ministack, valkey.url, MCPSKILLS_LEASE_SECONDS="3", MCPSKILLS_RECONCILE_SECONDS="2") as made:
        yield made


def storm(ships: Fleet, pushes: int) -> int:
    """Push, and harm or mend a random member after each push; gives how many were harmed."""
    chance = random.Random(7)
    harmed = 0
    for push in range(pushes):
        text = f"Push {push}.\n"
        names = chance.sample(NAMES, 3)
        ships.work.put(*(skill_folder(name, body=text, files={"data.txt": text}) for name in names))
        ships.work.delete(f"skills/{chance.choice(NAMES)}")
        ships.work.push()
        member = chance.choice(ships.members)
        if member.runs and not member.paused:
            # Somewhere in the middle of what the push sets off.
            with suppress(subprocess.TimeoutExpired):
                member.process.wait(chance.uniform(0.0, 0.5))
            chance.choice((member.kill, member.kill, member.pause))()
            harmed += 1
        else:
            member.work_again()
    for member in ships.members:
        member.work_again()
    return harmed


async def check(ships: Fleet) -> None:
    wanted = ships.in_git()
    for server in ships.servers:
        assert await everything(server.url) == wanted, server.told()
    published = [entry for entry in ships.trail() if entry.action == "publish"]
    assert published
    order = {commit: place for place, commit in enumerate(git(ships.origin, "rev-list", "--reverse", "main").split())}
    for name in NAMES:
        of_skill = [entry.detail for entry in published if entry.skill == name]
        assert [detail["version"] for detail in of_skill] == sorted({detail["version"] for detail in of_skill})
        assert [order[detail["commit"]] for detail in of_skill] == sorted(order[d["commit"]] for d in of_skill)


@pytest.mark.anyio
async def test_ten_pushes_under_random_kills_end_with_every_replica_equal_to_git(ships: Fleet):
    ships.start()

    assert storm(ships, 10) > 3
    ships.settle()

    await check(ships)


@pytest.mark.nightly
@pytest.mark.anyio
async def test_two_hundred_pushes_under_random_kills_end_with_every_replica_equal_to_git(ships: Fleet):
    ships.start()

    assert storm(ships, 200) > 60
    ships.settle()

    await check(ships)
