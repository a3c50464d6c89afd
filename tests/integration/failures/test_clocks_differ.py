"""Processes whose clocks are an hour apart: leases and holds count by the time of the storage that they share."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from builders import skill_folder
from catalog_builders import TENANT
from fleet_member import until
from fleet_scene import Fleet, fleet
from mcp_reading import everything
from stand_ins.aws_server import AwsServer
from stand_ins.faults import faulty, held_until
from stand_ins.valkey import Valkey

MINUTE = timedelta(minutes=1)


def clock_off_by(hours: int) -> dict[str, str]:
    """What makes a process see another time."""
    [library] = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    return {"LD_PRELOAD": str(library), "FAKETIME": f"{hours:+d}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.fixture
def skewed(tmp_path: Path, ministack: AwsServer, valkey: Valkey) -> Iterator[Fleet]:
    """Started: a publisher an hour ahead, one an hour behind, and a server with the right time."""
    with fleet(tmp_path, ministack, valkey.url, servers=1, MCPSKILLS_RECONCILE_SECONDS="1") as made:
        for publisher, hours in zip(made.publishers, (1, -1), strict=True):
            publisher.start(**clock_off_by(hours))
        made.servers[0].start()
        made.servers[0].until_ready(made.http)
        yield made


@pytest.mark.anyio
async def test_with_clocks_an_hour_apart_leases_and_holds_are_right(skewed: Fleet):
    for number in range(1, 4):
        skewed.push(skill_folder(body=f"{number}\n"), skill_folder("held", body=f"{number}\n"))
        skewed.settle()
    served = await everything(skewed.servers[0].url)
    in_git = skewed.in_git()

    long = (datetime.now(UTC) + 30 * MINUTE).isoformat()
    skewed.change(skewed.servers[0], "held/rollback", version=1, expires_at=long)
    before = skewed.trail()[-1].sequence
    skewed.push(skill_folder(body="4\n"), skill_folder("held", body="4\n"))
    skewed.settle()
    holds = skewed.catalog.skill(TENANT, "held")

    assert served == in_git
    assert (holds.live, holds.wanted, holds.hold is not None) == (1, 4, True)
    assert [entry.action for entry in skewed.catalog.audit_after(TENANT, before, 9)] == ["publish", "publish"]
    assert all(abs(entry.at - datetime.now(UTC)) < 10 * MINUTE for entry in skewed.trail())


def test_the_lease_of_a_publisher_that_died_with_its_clock_ahead_runs_out_in_its_seconds(
    tmp_path: Path, ministack: AwsServer, valkey: Valkey
):
    died = Event()
    with (
        faulty(ministack.url) as proxy,
        fleet(
            tmp_path,
            ministack,
            valkey.url,
            through=replace(ministack, url=proxy.url),
            servers=0,
            MCPSKILLS_RECONCILE_SECONDS="1",
            MCPSKILLS_LEASE_SECONDS="2",
        ) as made,
    ):
        ahead, behind = made.publishers
        proxy.inject(held_until(died), operation="PUT")
        made.push(skill_folder())
        ahead.start(**clock_off_by(1))
        until(lambda: "PUT" in proxy.seen, ahead.told)
        ahead.kill()
        died.set()
        behind.start(**clock_off_by(-1))
        until(lambda: made.catalog.published(TENANT).commit == made.work.head, behind.told)

        assert made.catalog.skill(TENANT, "pdf-forms").live == 1
