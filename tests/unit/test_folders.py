import os
import subprocess
import sys
from pathlib import Path

import pytest

from builders import folder_of, script, skill_folder, symlink, write_folder, write_skill
from mcpskills.adapters import folders
from mcpskills.errors import NotFoundError
from mcpskills.folder import ENTRY_LIMIT, READ_LIMIT, EntryKind


def test_a_folder_is_read_as_it_was_written(tmp_path):
    folder = skill_folder(files={"scripts/run.sh": script("#!/bin/sh\n"), "docs/ä.md": "text", ".DS_Store": b"\0"})

    read = folders.read(write_folder(tmp_path / "pdf-forms", folder), "skills/pdf-forms")

    assert read == folder


def test_links_are_entries_and_are_never_followed(tmp_path):
    (tmp_path / "secret").write_text("secret")
    files = {"out": symlink("../secret"), "loop": symlink("."), "gone": symlink("nowhere"), "up": symlink("..")}
    skill = write_skill(tmp_path, files=files)

    read = folders.read(skill, "pdf-forms")

    assert {path: entry.kind for path, entry in read.entries.items() if path != "SKILL.md"} == dict.fromkeys(
        files, EntryKind.SYMLINK
    )
    assert read.entries["out"].content == b"../secret"


def test_a_pipe_is_special_and_is_not_opened(tmp_path):
    skill = write_skill(tmp_path)
    os.mkfifo(skill / "pipe")

    assert folders.read(skill, "pdf-forms").entries["pipe"].kind is EntryKind.SPECIAL


UNREADABLE = """
import os, pwd
from pathlib import Path
from builders import write_skill
from mcpskills.adapters import folders

if os.geteuid() == 0:  # root reads everything
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(".", nobody, -1)
    os.setuid(nobody)
skill = write_skill(Path(), files={"file": "x", "folder/file": "x"})
(skill / "file").chmod(0)
(skill / "folder").chmod(0)
read = folders.read(skill, "pdf-forms")
(skill / "folder").chmod(0o755)
print(*(f"{path}: {entry.kind.name}" for path, entry in sorted(read.entries.items())), sep="\\n")
"""


def test_what_must_not_be_read_is_special(tmp_path):
    tests = Path(__file__).parents[1]
    told = subprocess.run(
        [sys.executable, "-c", UNREADABLE],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tests)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.splitlines() == ["SKILL.md: FILE", "file: SPECIAL", "folder: SPECIAL"]


def test_names_that_are_not_utf_8_keep_their_bytes(tmp_path):
    skill = write_skill(tmp_path)
    Path(os.fsdecode(os.fsencode(skill) + b"/\xff.txt")).write_text("x")

    assert "\udcff.txt" in folders.read(skill, "pdf-forms").entries


def test_a_huge_file_is_listed_by_its_size_without_its_content(tmp_path):
    skill = write_skill(tmp_path)
    with (skill / "huge").open("wb") as file:
        file.truncate(READ_LIMIT + 1)

    entry = folders.read(skill, "pdf-forms").entries["huge"]

    assert (entry.content, entry.size) == (b"", READ_LIMIT + 1)


def test_the_number_of_entries_is_bounded(tmp_path):
    skill = write_skill(tmp_path)
    for number in range(ENTRY_LIMIT + 5):
        (skill / str(number)).touch()

    assert len(folders.read(skill, "pdf-forms").entries) == ENTRY_LIMIT


def test_git_is_passed_over_and_nothing_else(tmp_path):
    skill = write_skill(tmp_path, files={".git/config": "x", "__pycache__/a.pyc": "x", ".env": "x"})

    assert sorted(folders.read(skill, "pdf-forms").entries) == [".env", "SKILL.md", "__pycache__/a.pyc"]


def test_skills_are_found_at_any_depth_and_not_inside_of_each_other(tmp_path):
    outer = write_skill(tmp_path / "office", "pdf-forms", files={"examples/inner/SKILL.md": "x"})
    misspelt = write_folder(tmp_path / "csv", folder_of({"skill.md": "x"}))
    write_folder(tmp_path / ".git", folder_of({"x/SKILL.md": "x"}))
    linked = write_folder(tmp_path / "linked", folder_of({"SKILL.md": symlink("../csv/skill.md")}))
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "folder" / "SKILL.md").mkdir(parents=True)

    assert folders.find(tmp_path) == [misspelt, linked, outer]
    assert folders.find(outer) == [outer]
    assert folders.find_below(outer) == [outer / "examples" / "inner"]


@pytest.mark.parametrize("look", [folders.find, folders.find_below, lambda path: folders.read(path, "x")])
def test_what_is_no_folder_is_not_found(tmp_path, look):
    (tmp_path / "file").touch()

    with pytest.raises(NotFoundError, match="is not a folder"):
        look(tmp_path / "file")
