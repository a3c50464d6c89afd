"""`mcpskills up` as a new user meets it: first start, a push, a second start, and each way it can refuse to start."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest
from mcp import Client

import forking
from builders import skill_folder
from git_fixtures import bare, clone, git
from git_over_http import git_server
from servers import MCPSKILLS, running

READY = "Ctrl-C stops"
EXAMPLES = {"commit-message", "csv-profile", "incident-review", "release-notes", "sql-migration-review"}


def up(tmp_path, *more, installed=False):
    arguments = ("up", "--data", str(tmp_path / "data"), "--port", "0", *more)
    return running(*arguments, until=READY, cwd=tmp_path, installed=installed)


async def names(url):
    async with Client(url, cache=None) as client:
        return {resource.name for resource in (await client.list_resources()).resources}


async def instructions(url, name):
    async with Client(url, cache=None) as client:
        return (await client.read_resource(f"skill://{name}/SKILL.md")).contents[0].text


async def until_live(url, condition):
    """Asks until the condition holds; the test's own time limit ends it otherwise."""
    async with Client(url, cache=None) as client:
        while True:
            listed = {resource.name for resource in (await client.list_resources()).resources}
            if condition(listed):
                return listed


@pytest.mark.anyio
async def test_the_first_start_says_everything_that_a_new_user_needs(tmp_path):
    with up(tmp_path, installed=True) as started:
        printed = "".join(started.lines)
        served = await names(started.url)

    assert served == EXAMPLES
    assert re.search(r"MCP URL +http://127\.0\.0\.1:\d+/mcp\n", printed)
    registry = re.search(r"Registry +(.+)\n", printed)[1]
    assert (Path(registry) / "HEAD").is_file()
    assert f"git clone {registry} my-skills\n" in printed
    assert f"claude mcp add --transport http skills {started.url}\n" in printed
    assert Path(re.search(r"Logs +(.+)\n", printed)[1]).is_file()


@pytest.mark.anyio
async def test_the_three_printed_commands_change_a_skill(tmp_path):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/^description:.*/description: Changed by the three commands/' \"$1\"\n")
    editor.chmod(0o755)
    with up(tmp_path) as started:
        printed = [line.strip() for line in started.lines]
        cloning = next(line for line in printed if line.startswith("git clone"))
        editing = next(line for line in printed if line.startswith("${EDITOR"))
        pushing = next(line for line in printed if line.startswith("git -C"))
        identity = {
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "PATH": "/usr/bin:/bin",
            "EDITOR": str(editor),
        }
        for command in (cloning, editing, pushing):
            subprocess.run(["sh", "-ec", command], cwd=tmp_path, env=identity, check=True, capture_output=True)
        edited = re.search(r"skills/\S+(?=/SKILL\.md)", editing)[0].rpartition("/")[2]

        async with Client(started.url, cache=None) as client:
            while "Changed by the three commands" not in (await read(client, edited)):
                pass


async def read(client, name):
    return (await client.read_resource(f"skill://{name}/SKILL.md")).contents[0].text


@pytest.mark.anyio
async def test_a_push_goes_live_a_broken_skill_is_held_back_and_a_deleted_one_goes(tmp_path):
    with up(tmp_path) as started:
        work = clone(tmp_path / "data" / "registry.git", tmp_path / "work")
        before = await instructions(started.url, "csv-profile")
        work.put(skill_folder("pdf-forms"))
        work.delete("skills/operations/incident-review")
        work.write({"skills/csv-profile/SKILL.md": "no frontmatter at all\n"})
        work.push()

        listed = await until_live(started.url, lambda listed: "pdf-forms" in listed and "incident-review" not in listed)
        after = await instructions(started.url, "csv-profile")
        shown = subprocess.run(
            [MCPSKILLS, "show", "csv-profile", "--url", started.base_url, "--json"],
            capture_output=True,
            text=True,
            check=True,
        )

    assert listed == (EXAMPLES | {"pdf-forms"}) - {"incident-review"}
    assert after == before
    assert "does not start with a frontmatter" in shown.stdout


@pytest.mark.anyio
async def test_a_second_start_finds_everything_as_it_was(tmp_path):
    with up(tmp_path) as started:
        work = clone(tmp_path / "data" / "registry.git", tmp_path / "work")
        work.publish(skill_folder("pdf-forms"))
        await until_live(started.url, lambda listed: "pdf-forms" in listed)
        first = await names(started.url)
        assert started.stop() == 0
    with up(tmp_path) as started:
        second = await names(started.url)
        code = started.stop(signal.SIGTERM)

    assert second == first == EXAMPLES | {"pdf-forms"}
    assert code == 0
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()


@pytest.mark.anyio
async def test_it_serves_the_repository_and_branch_that_it_is_given(tmp_path):
    origin = bare(tmp_path / "skills.git", branch="trunk")
    clone(origin, tmp_path / "work", branch="trunk").publish(skill_folder("pdf-forms"))

    with up(tmp_path, "--registry", str(origin), "--branch", "trunk", "--host", "127.0.0.1") as started:
        served = await names(started.url)

    assert served == {"pdf-forms"}
    assert not (tmp_path / "data" / "registry.git").exists()


def refused(tmp_path, *arguments, env=None):
    where = str(tmp_path / "data")
    done = forking.run("up", "--data", where, *arguments, cwd=tmp_path, env={**os.environ, **(env or {})})
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_busy_port_is_one_clear_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = refused(tmp_path, "--port", str(port))

    assert f"Port {port} of 127.0.0.1 cannot be used: another program listens there" in said


def test_a_repository_that_cannot_be_read_is_one_clear_sentence(tmp_path):
    (tmp_path / "empty").mkdir()

    assert str(tmp_path / "empty") in refused(tmp_path, "--port", "0", "--registry", str(tmp_path / "empty"))
    assert str(tmp_path / "missing") in refused(tmp_path, "--port", "0", "--registry", str(tmp_path / "missing"))
    assert "http://127.0.0.1:9/x.git" in refused(tmp_path, "--port", "0", "--registry", "http://127.0.0.1:9/x.git")


def test_a_data_directory_of_a_newer_release_is_left_alone(tmp_path):
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "catalog.sqlite") as newer:
        newer.execute("PRAGMA user_version = 999")
    newer.close()

    assert "written by a newer release" in refused(tmp_path, "--port", "0")


def test_a_data_directory_that_is_a_file_is_one_clear_sentence(tmp_path):
    (tmp_path / "data").write_text("not a folder")

    assert "cannot be used" in refused(tmp_path, "--port", "0")


def test_two_processes_do_not_share_a_data_directory(tmp_path):
    with up(tmp_path):
        said = refused(tmp_path, "--port", "0")

    assert "Another mcpskills is running" in said


def test_a_setting_that_is_no_number_is_one_clear_sentence(tmp_path):
    said = refused(tmp_path, "--port", "0", env={"MCPSKILLS_RECONCILE_SECONDS": "soon"})

    assert "MCPSKILLS_RECONCILE_SECONDS" in said
    assert "'soon'" in said


@pytest.mark.anyio
async def test_the_environment_says_what_no_option_says(tmp_path):
    origin = bare(tmp_path / "skills.git", branch="trunk")
    clone(origin, tmp_path / "work", branch="trunk").publish(skill_folder("pdf-forms"))
    environment = {
        "MCPSKILLS_DATA": str(tmp_path / "data"),
        "MCPSKILLS_REGISTRY": str(origin),
        "MCPSKILLS_BRANCH": "trunk",
        "MCPSKILLS_HOST": "127.0.0.1",
        "MCPSKILLS_PORT": "0",
    }

    with running("up", until=READY, cwd=tmp_path, env=environment) as started:
        served = await names(started.url)

    assert served == {"pdf-forms"}
    assert f"git clone --branch trunk {origin} my-skills" in "".join(started.lines)


def test_a_branch_that_is_not_there_is_told_at_once(tmp_path):
    with up(tmp_path, "--branch", "mian", "--registry", str(bare(tmp_path / "skills.git"))) as started:
        assert "There is no branch 'mian' in the registry repository yet" in "".join(started.lines)


def test_it_stops_although_no_skill_could_be_loaded_yet(tmp_path):
    with up(tmp_path) as started:
        assert started.stop() == 0
    for package in (tmp_path / "data" / "packages").rglob("*.zip"):
        package.unlink()
        package.mkdir()

    with up(tmp_path) as started:
        assert "serves 0 skills" in "".join(started.lines)
        assert started.stop() == 0


def test_wrong_usage_exits_with_2(tmp_path):
    done = subprocess.run(
        [MCPSKILLS, "up", "--port", "banana"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "--port" in done.stderr
    assert "valid integer" in done.stderr


@pytest.mark.anyio
async def test_what_was_live_is_served_while_publishing_is_frozen(tmp_path):
    origin = bare(tmp_path / "registry.git")
    work = clone(origin, tmp_path / "work")
    work.publish(skill_folder("pdf-forms"))
    with up(tmp_path, "--registry", str(origin)) as started:
        assert started.stop() == 0
    other = clone(bare(tmp_path / "other.git"), tmp_path / "rewritten")
    other.publish(skill_folder("release-notes"))
    git(other.path, "push", "--quiet", "--force", str(origin), "HEAD:refs/heads/main")

    with up(tmp_path, "--registry", str(origin)) as started:
        served = await names(started.url)

    assert served == {"pdf-forms"}
    assert "Publishing is frozen" in "".join(started.lines)


@pytest.mark.anyio
async def test_what_was_live_is_served_while_the_repository_cannot_be_read(tmp_path):
    origin = bare(tmp_path / "served" / "registry.git")
    clone(origin, tmp_path / "work").publish(skill_folder("pdf-forms"))
    with git_server(tmp_path / "served") as forge:
        url = f"{forge.url}/registry.git"
        with up(tmp_path, "--registry", url) as started:
            assert started.stop() == 0

    with up(tmp_path, "--registry", url) as started:
        served = await names(started.url)

    assert served == {"pdf-forms"}
    assert "They are the ones of the last start." in "".join(started.lines)
