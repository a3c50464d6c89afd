"""`mcpskills serve`: an author's folder, live on every save."""

import os
import subprocess
from pathlib import Path

import pytest
from mcp import Client

from builders import skill_md, write_skill
from servers import MCPSKILLS, running


def serve(tmp_path):
    return running("serve", "skills", "--port", "0", until="Ctrl-C", cwd=tmp_path)


async def read(client, uri="skill://pdf-forms/SKILL.md"):
    return (await client.read_resource(uri)).contents[0].text


@pytest.mark.anyio
async def test_a_saved_file_is_live_without_a_restart(tmp_path):
    folder = write_skill(tmp_path / "skills", "pdf-forms")
    with serve(tmp_path) as server:
        async with Client(server.url, cache=None) as client:
            (folder / "SKILL.md").write_text(skill_md("pdf-forms", body="Saved again.\n"))
            server.wait_for("updated: pdf-forms")

            assert "Saved again." in await read(client)


@pytest.mark.anyio
async def test_new_and_deleted_folders_come_and_go(tmp_path):
    write_skill(tmp_path / "skills", "pdf-forms")
    with serve(tmp_path) as server:
        write_skill(tmp_path / "skills" / "group", "release-notes")
        server.wait_for("added: release-notes")
        for path in (tmp_path / "skills" / "pdf-forms").iterdir():
            path.unlink()
        server.wait_for("removed: pdf-forms")

        async with Client(server.url, cache=None) as client:
            assert [resource.name for resource in (await client.list_resources()).resources] == ["release-notes"]


@pytest.mark.anyio
async def test_a_broken_save_keeps_the_last_good_version_and_says_why(tmp_path):
    folder = write_skill(tmp_path / "skills", "pdf-forms")
    with serve(tmp_path) as server:
        async with Client(server.url, cache=None) as client:
            before = await read(client)
            (folder / "SKILL.md").write_text("---\nname: pdf-forms\n")
            server.wait_for("refused: pdf-forms: .*not closed")

            assert await read(client) == before

            (folder / "SKILL.md").write_text(skill_md("pdf-forms", body="Mended.\n"))
            server.wait_for("updated: pdf-forms")
            assert "Mended." in await read(client)


@pytest.mark.anyio
async def test_a_single_skill_is_served_from_its_own_folder(tmp_path):
    write_skill(tmp_path, "pdf-forms")
    with running("serve", ".", "--port", "0", until="Ctrl-C", cwd=tmp_path / "pdf-forms") as server:
        async with Client(server.url, cache=None) as client:
            assert "How to fill in a form" in await read(client)


@pytest.mark.anyio
async def test_a_name_that_is_not_utf_8_neither_ends_reloading_nor_fills_the_terminal(tmp_path):
    folder = write_skill(tmp_path / "skills", "pdf-forms")
    with serve(tmp_path) as server:
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).touch()
        server.wait_for("refused: pdf-forms: ")
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).unlink()
        (folder / "SKILL.md").write_text(skill_md("pdf-forms", body="Saved again.\n"))
        server.wait_for("updated: pdf-forms")

    told = (tmp_path / "stderr.txt").read_text().splitlines()
    assert told
    assert all("hints failed, trying again" in line for line in told)


def test_names_are_printed_as_they_are_and_never_obeyed(tmp_path):
    directory = "[bold]a[/x] :smile: \x1b]0;pwned\x07"
    write_skill(tmp_path / directory, "pdf-forms")
    write_skill(tmp_path / directory, "\x1b]0;pwned\x07")

    with running("serve", directory, "--port", "0", until="Ctrl-C", cwd=tmp_path) as server:
        printed = "".join(server.lines)

    assert "skills of [bold]a[/x] :smile: \\x1b]0;pwned\\x07 on http" in printed
    assert "refused: \\x1b]0;pwned\\x07: " in printed
    assert "\x1b" not in printed


def test_the_limits_of_the_registry_repository_hold_here_too(tmp_path):
    (tmp_path / "registry.toml").write_text("[limits]\nfiles = 1\n")
    write_skill(tmp_path / "skills", "pdf-forms", files={"references/more.md": "More.\n"})
    with serve(tmp_path) as server:
        assert "refused: pdf-forms: " in "".join(server.lines)


def test_two_folders_of_one_name_are_told_to_their_author(tmp_path):
    write_skill(tmp_path / "skills" / "here", "pdf-forms")
    write_skill(tmp_path / "skills" / "there", "pdf-forms")
    with serve(tmp_path) as server:
        said = [line for line in server.lines if line.startswith("refused: ")]

    assert len(said) == 2
    assert all("is claimed by" in line for line in said)


def test_a_folder_that_is_not_there_is_one_clear_sentence(tmp_path):
    done = subprocess.run([MCPSKILLS, "serve", "nowhere"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "error: nowhere is not a directory. Name a folder that holds skills, each with a SKILL.md.\n"


def test_ctrl_c_stops_cleanly(tmp_path):
    write_skill(tmp_path / "skills", "pdf-forms")
    with serve(tmp_path) as server:
        assert server.stop() == 0

    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()
    assert server.lines[-1] == "Stopped.\n"
