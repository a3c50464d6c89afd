"""Folders that are made to stop, fill or mislead whoever checks them: a finding or one sentence, in bounded time and memory."""

import json
import os
import random
import string
import subprocess
import sys

import pytest

from builders import skill_md, write_skill
from command_line import PLAIN_USER

TOKEN = "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=36))
MEMORY = 700 * 1024 * 1024


def validate(path, *, before=()):
    """The codes that are found, checked in a process that may not use much memory."""
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_DATA, ({MEMORY}, {MEMORY}))\n"
        "from mcpskills.cli.main import run; run()"
    )
    done = subprocess.run(
        [*before, sys.executable, "-c", code, "validate", str(path), "--format", "json", "--no-cache", "--jobs", "1"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in {0, 1, 2}, done.stderr
    assert "Traceback" not in done.stderr
    return {(found["code"], found["path"].removeprefix(f"{path}/")) for found in json.loads(done.stdout)["findings"]}


def errors(found):
    return {code for code, _ in found}


def test_a_skill_file_of_random_bytes_is_told_to_be_no_text(tmp_path):
    skill = write_skill(tmp_path, text=bytes(range(256)) * 100)

    assert ("SK002", "SKILL.md") in validate(skill)


def test_ten_megabytes_in_one_line_are_refused_for_their_size(tmp_path):
    skill = write_skill(tmp_path, text=skill_md(body="x" * 10 * 1024 * 1024))

    assert {"SK016", "SK018"} <= errors(validate(skill))


@pytest.mark.parametrize(
    "unit", ["a", " ", "A1b2", "'a' ", "http://", "$(", "ignore ", "=", "\\", "(", "[", "<!--", "\u200b"]
)
def test_a_line_as_long_as_a_package_may_be_is_scanned_to_its_end(tmp_path, unit):
    line = unit * (9 * 1024 * 1024 // len(unit.encode()))
    skill = write_skill(tmp_path, files={"notes.md": f"{line} ghp_{TOKEN} \n"})

    assert ("SK060", "notes.md") in validate(skill)


def test_a_hundred_thousand_files_are_not_read(tmp_path):
    skill = write_skill(tmp_path)
    (skill / "many").mkdir()
    for number in range(100_000):
        os.close(os.open(skill / "many" / str(number), os.O_CREAT))

    assert "SK019" in errors(validate(skill))


def test_links_in_a_circle_are_refused_and_not_followed(tmp_path):
    skill = write_skill(tmp_path)
    (skill / "again").symlink_to(".")
    (skill / "a").symlink_to("b")
    (skill / "b").symlink_to("a")

    assert {("SK020", "again"), ("SK020", "a"), ("SK020", "b")} <= validate(skill)


def test_a_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(tmp_path):
    skill = write_skill(tmp_path)
    os.mkfifo(skill / "pipe")

    assert ("SK020", "pipe") in validate(skill)


def test_a_file_and_a_folder_that_cannot_be_read_are_refused(tmp_path):
    skill = write_skill(tmp_path, files={"secret.md": "x", "closed/file.md": "x"})
    (skill / "secret.md").chmod(0)
    (skill / "closed").chmod(0)

    found = validate(skill, before=PLAIN_USER)

    (skill / "closed").chmod(0o755)
    assert {("SK020", "secret.md"), ("SK020", "closed")} <= found


def test_many_large_files_do_not_fill_the_memory(tmp_path):
    skill = write_skill(tmp_path)
    for number in range(100):
        with (skill / f"large-{number}").open("wb") as file:
            file.truncate(15 * 1024 * 1024)

    assert "SK018" in errors(validate(skill))
