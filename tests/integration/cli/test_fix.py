import os
import stat

import pytest

from builders import script, skill_md, symlink, write_skill
from command_line import PLAIN_USER, validate
from mcpskills.adapters import folders
from mcpskills.cli.fix import fix, write
from mcpskills.errors import ConflictError, NotFoundError, UnavailableError
from mcpskills.validation.fixing import fixed

MESSY = skill_md("Pdf_Forms").replace("\n", "\r\n")


def messy_skill(root, **files):
    return write_skill(root, text=MESSY, files={"run": "#!/bin/sh\r\n", "data.csv": "a\r\n", **files})


def state_of(folder):
    """Everything below a folder: bytes, modes and the identity of each file."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode, path.stat().st_ino)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_skill_is_put_right_on_disk_and_a_second_time_finds_nothing(tmp_path):
    skill = messy_skill(tmp_path)

    told = fix(skill, "skills/pdf-forms")

    assert told == (
        "SKILL.md: changed line ends from CRLF to LF",
        "run: changed line ends from CRLF to LF",
        "run: changed whether it is executable, as its first line says",
        "SKILL.md: wrote the name as the folder has it",
    )
    assert (skill / "SKILL.md").read_text() == skill_md("pdf-forms")
    assert (skill / "run").read_bytes() == b"#!/bin/sh\n"
    assert sorted(path.name for path in skill.iterdir()) == ["SKILL.md", "data.csv", "run"]
    assert fix(skill, "skills/pdf-forms") == ()


def test_a_file_that_is_right_is_not_written(tmp_path):
    skill = messy_skill(tmp_path)
    before = (skill / "data.csv").stat()

    fix(skill, "skills/pdf-forms")

    after = (skill / "data.csv").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(("before", "after"), [(0o640, 0o750), (0o600, 0o700), (0o666, 0o777), (0o464, 0o575)])
def test_who_may_read_a_script_may_run_it_and_the_rest_of_its_mode_stays(tmp_path, before, after):
    skill = messy_skill(tmp_path)
    (skill / "run").chmod(before)

    fix(skill, "skills/pdf-forms")

    assert mode_of(skill / "run") == after


def test_nobody_may_run_what_is_no_program(tmp_path):
    skill = write_skill(tmp_path, files={"notes.md": script("text\n")})
    (skill / "notes.md").chmod(0o775)

    fix(skill, "skills/pdf-forms")

    assert mode_of(skill / "notes.md") == 0o664


def test_a_read_only_file_is_one_error_and_nothing_is_half_done(tmp_path):
    skill = messy_skill(tmp_path)
    (skill / "run").chmod(0o555)
    before = state_of(skill)

    with pytest.raises(UnavailableError) as caught:
        fix(skill, "skills/pdf-forms")

    assert str(caught.value) == "run is read-only, so nothing in this skill was fixed; make it writable."
    assert state_of(skill) == before


def test_a_folder_that_may_not_be_written_is_one_error(tmp_path):
    skill = messy_skill(tmp_path)
    skill.chmod(0o555)

    run = validate("pdf-forms", "--fix", at=tmp_path, before=PLAIN_USER)

    skill.chmod(0o755)
    assert run.code == 1
    assert run.error == "error: pdf-forms/SKILL.md cannot be written: Permission denied.\n"


def test_links_inside_a_skill_are_neither_followed_nor_replaced(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "notes.md").write_bytes(b"a\r\n")
    skill = messy_skill(tmp_path / "skills", **{"notes.md": symlink("../../outside/notes.md")})
    (skill / "more").symlink_to(outside)

    fix(skill, "skills/pdf-forms")

    assert (outside / "notes.md").read_bytes() == b"a\r\n"
    assert (skill / "notes.md").is_symlink()
    assert (skill / "more").is_symlink()


def test_a_skill_can_be_named_by_a_link(tmp_path):
    skill = messy_skill(tmp_path / "skills")
    (tmp_path / "link").symlink_to(skill)

    assert fix(tmp_path / "link", "pdf-forms")
    assert (skill / "SKILL.md").read_text() == skill_md("pdf-forms")


def test_a_name_that_is_not_utf_8_is_written_where_it_stands(tmp_path):
    skill = write_skill(tmp_path)
    name = os.fsencode(skill) + b"/a\xff.md"
    with open(name, "wb") as file:  # noqa: PTH123 a path of bytes
        file.write(b"a\r\n")

    assert fix(skill, "pdf-forms") == ("a\\udcff.md: changed line ends from CRLF to LF",)
    with open(name, "rb") as file:  # noqa: PTH123
        assert file.read() == b"a\n"


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(NotFoundError):
        fix(tmp_path / "missing", "missing")


def test_a_file_that_changed_since_it_was_read_is_left_alone_with_all_others(tmp_path):
    skill = messy_skill(tmp_path)
    before = folders.read(skill, "pdf-forms")
    (skill / "run").write_bytes(b"#!/bin/sh\r\nexit\r\n")
    present = state_of(skill)

    with pytest.raises(ConflictError, match="run changed while it was being fixed; run the command again"):
        write(skill, before, fixed(before)[0])

    assert state_of(skill) == present


@pytest.mark.parametrize("swapped", ["docs", "docs/notes.md"])
def test_a_link_that_took_the_place_of_what_was_read_is_not_followed(tmp_path, swapped):
    outside = write_skill(tmp_path / "outside", files={"notes.md": "a\r\n"})
    skill = messy_skill(tmp_path, **{"docs/notes.md": "a\r\n"})
    before = folders.read(skill, "pdf-forms")
    (skill / swapped).rename(tmp_path / "away")
    (skill / swapped).symlink_to(outside if swapped == "docs" else outside / "notes.md")
    present = state_of(skill)

    with pytest.raises(UnavailableError, match=r"pdf-forms/docs/notes\.md cannot be written"):
        write(skill, before, fixed(before)[0])

    assert state_of(skill) == present
    assert (outside / "notes.md").read_bytes() == b"a\r\n"
