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
    """What makes a process see another time.

    Without the last, libfaketime takes what a thread of Python waits for by the monotonic clock for a time of the other one: who
    waits for the interpreter's lock asks for it again and again, and the process is busy with that.
    """
    [library] = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{hours:+d}h",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    }


@pytest.fixture(scope="module")
def skewed(tmp_path_factory: pytest.TempPathFactory, ministack: AwsServer, valkey: Valkey) -> Iterator[Fleet]:
    """Started: a publisher an hour ahead, one an hour behind, a server with the right time and two that are off likewise.

    Its processes are not forked and so are slow to start: all stories share it, each with skills of its own names.
    """
    root = tmp_path_factory.mktemp("skewed")
    with fleet(root, ministack, valkey.url, servers=3, MCPSKILLS_RECONCILE_SECONDS="1") as made:
        for member, hours in zip((*made.publishers, *made.servers), (1, -1, 0, 1, -1), strict=True):
            member.start(**clock_off_by(hours))
        for server in made.servers:
            server.until_ready(made.http)
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

    for name in ("pdf-forms", "held"):
        assert served[name] == in_git[name]
    assert (holds.live, holds.wanted, holds.hold is not None) == (1, 4, True)
    assert [entry.action for entry in skewed.catalog.audit_after(TENANT, before, 9)] == ["publish", "publish"]
    assert all(abs(entry.at - datetime.now(UTC)) < 10 * MINUTE for entry in skewed.trail())


@pytest.mark.parametrize("number", [1, 2], ids=["ahead", "behind"])
def test_a_server_with_a_wrong_clock_decides_by_the_time_of_the_storage(skewed: Fleet, number: int):
    server, changed, offline = skewed.servers[number], f"changed-by-{number}", f"offline-by-{number}"
    for body in ("1\n", "2\n"):
        skewed.push(skill_folder(changed, body=body), skill_folder(offline, body=body))
        skewed.settle()
    now = datetime.now(UTC)
    over = {"version": 1, "reason": "It is over already.", "expires_at": (now - 30 * MINUTE).isoformat()}

    refused = skewed.http.post(f"{server.url}/admin/skills/{changed}/rollback", json=over)
    rolled_back = skewed.change(server, f"{changed}/rollback", version=1, expires_at=(now + 30 * MINUTE).isoformat())
    taken = skewed.http.delete(f"{server.url}/admin/skills/{offline}").json()
    yanked = skewed.change(server, f"{offline}/versions/1/yank")
    stamps = [
        rolled_back["skill"]["hold"]["created_at"],
        taken["skill"]["hold"]["created_at"],
        yanked["version"]["standing"]["at"],
    ]

    assert (refused.status_code, "must lie in the future" in refused.json()["detail"]) == (422, True)
    assert all(abs(datetime.fromisoformat(stamp) - now) < 10 * MINUTE for stamp in stamps)


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
