"""Publishers under another umask, locale, time zone, clock and order of files: the same commit gives the same digests."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from builders import script, skill_folder, write_folder
from catalog_builders import TENANT
from git_fixtures import bare, clone
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.folder import SkillFolder
from servers import MCPSKILLS

FOLDER = skill_folder(
    extra="allowed-tools: [Read]\nmetadata: {version: 1.0, ä: ö}",
    files={"references/ä.md": "ä\n", "a.txt": b"\0\xff", "scripts/run.py": script("print()\n"), "B.txt": "b\n"},
)
PROGRAM = Path(__file__).with_name("publisher_at_another_time.py")
PLACES = {
    "plain": ({"TZ": "UTC", "LC_ALL": "C.UTF-8"}, 0o022, 1_000_000_000),
    "strict": ({"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "1"}, 0o077, 1),
    "open": (
        {"TZ": "America/New_York", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONHASHSEED": "2"},
        0o000,
        4_000_000_000,
    ),
}


def run(command: list[str], environment: dict[str, str], umask: int, at: Path) -> str:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        command, env={**inherited, **environment}, umask=umask, cwd=at, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_publishers_on_different_machines_give_a_commit_the_same_digest(tmp_path: Path):
    origin = bare(tmp_path / "registry.git")
    clone(origin, tmp_path / "work").publish(FOLDER, skill_folder("apple-pie"))
    found = {}

    for name, (environment, umask, now) in PLACES.items():
        command = [sys.executable, str(PROGRAM), str(tmp_path / name), str(origin), str(now)]
        run(command, environment, umask, at=tmp_path)
        with closing(SqliteCatalog(tmp_path / name / "catalog.sqlite")) as catalog:
            found[name] = {each: catalog.version(TENANT, each, 1).digest for each in ("pdf-forms", "apple-pie")}

    assert found["plain"] == found["strict"] == found["open"]


@pytest.mark.parametrize("order", [sorted, lambda paths: sorted(paths, reverse=True)], ids=["forwards", "backwards"])
def test_a_folder_on_disk_gives_the_same_package_whatever_made_it(tmp_path: Path, order):
    digests = set()

    for name, (environment, umask, now) in PLACES.items():
        entries = {path: FOLDER.entries[path] for path in order(FOLDER.entries)}
        folder = write_folder(tmp_path / name / "pdf-forms", SkillFolder(FOLDER.path, entries))
        for file in folder.rglob("*"):
            os.utime(file, (now, now))
        told = run([MCPSKILLS, "pack", str(folder), "--json"], environment, umask, at=tmp_path / name)
        digests.add(json.loads(told)["digest"])

    assert len(digests) == 1
