"""No space left on a replica's disk: what it serves stays, and it goes on when there is space again."""

import contextlib
import itertools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp import Client

from builders import skill_folder
from fleet_member import until
from fleet_scene import Fleet
from git_fixtures import bare, clone
from mcp_reading import file
from servers import running

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount the small disk that is to be full"),
]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 4 MB of its own."""
    at = tmp_path / "disk"
    at.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", at], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


@contextlib.contextmanager
def full(disk: Path) -> Iterator[None]:
    """No byte more can be written until the block ends."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        file.writelines(itertools.repeat(bytes(4096)))
    try:
        yield
    finally:
        ballast.unlink()


async def test_a_replica_whose_disk_is_full_serves_on(ships: Fleet, small_disk: Path):
    ships.push(skill_folder("disk-full", body="One.\n"))
    ships.settle()
    tight = ships.another_server("tight")
    tight.data = small_disk / "data"

    with tight.running():
        tight.until_ready(ships.http)
        ships.converge(tight)
        async with Client(tight.url + "/mcp", cache=None) as client:
            with full(small_disk):
                ships.push(skill_folder("disk-full", body="Two.\n"))
                ships.settle()
                old = await file(client, "skill://v1/disk-full/SKILL.md")
                served = await file(client, "skill://disk-full/SKILL.md")
                ready = ships.http.get(tight.url + "/ready").status_code
            ships.converge(tight)
            new = await file(client, "skill://disk-full/SKILL.md")

    assert ready == 200
    assert old.endswith(b"One.\n")
    assert served.endswith((b"One.\n", b"Two.\n"))
    assert new.endswith(b"Two.\n")


async def test_one_machine_whose_disk_is_full_serves_what_was_live_and_goes_on_with_space(
    small_disk: Path, tmp_path: Path
):
    origin = bare(tmp_path / "registry.git")
    work = clone(origin, tmp_path / "work")
    work.publish(skill_folder(body="One.\n"))
    arguments = ("up", "--data", str(small_disk / "data"), "--registry", str(origin), "--port", "0")

    with running(*arguments, until="Ctrl-C", cwd=tmp_path, env={"MCPSKILLS_RECONCILE_SECONDS": "1"}) as server:
        async with Client(server.url, cache=None) as client:
            errors = tmp_path / "stderr.txt"
            with full(small_disk):
                work.publish(skill_folder(body="Two.\n"))
                until(lambda: "reconcile failed" in errors.read_text(), errors.read_text)
                meanwhile = await file(client, "skill://pdf-forms/SKILL.md")
            while not (after := await file(client, "skill://pdf-forms/SKILL.md")).endswith(b"Two.\n"):
                assert after == meanwhile

    assert meanwhile.endswith(b"One.\n")
