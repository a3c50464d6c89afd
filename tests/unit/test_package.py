import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import folder_of, script, skill_folder, symlink
from mcpskills import package
from mcpskills.errors import CorruptedError, InvalidInputError

FILES = {"SKILL.md": "text", "b/ä.txt": "ä", "a.txt": b"\0\xff", "scripts/run.py": script("print()")}
PINNED = "sha256:46c2731fef46d481f009d32e0a276f9dad1203a60536b10865e63576c0bee960"

BUILD = """
import sys
sys.path.insert(0, {tests!r})
from builders import folder_of, script
from mcpskills import package
files = {{"SKILL.md": "text", "b/\\xe4.txt": "\\xe4", "a.txt": b"\\0\\xff", "scripts/run.py": script("print()")}}
print(package.build(folder_of(dict({order}(files.items())))).digest)
"""


def test_the_digest_of_a_known_folder_never_changes():
    assert package.build(folder_of(FILES)).digest == PINNED


@pytest.mark.parametrize(
    ("environment", "umask", "order"),
    [
        ({"TZ": "Asia/Kathmandu", "LC_ALL": "C"}, 0o000, "list"),
        ({"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}, 0o077, "reversed"),
        ({"TZ": "UTC", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "SOURCE_DATE_EPOCH": "1"}, 0o022, "reversed"),
    ],
)
def test_the_same_files_give_the_same_bytes_under_any_time_zone_locale_umask_and_order(environment, umask, order):
    code = BUILD.format(tests=str(Path(__file__).parents[1]), order=order)

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], **environment},
        umask=umask,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == PINNED


def test_the_archive_is_an_ordinary_zip_with_stored_files_in_order():
    built = package.build(folder_of(FILES))

    with zipfile.ZipFile(io.BytesIO(built.archive)) as opened:
        infos = opened.infolist()

    assert [info.filename for info in infos] == ["SKILL.md", "a.txt", "b/ä.txt", "scripts/run.py"]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}
    assert [oct(info.external_attr >> 16) for info in infos] == ["0o100644", "0o100644", "0o100644", "0o100755"]


def test_the_executable_bit_and_the_path_are_part_of_the_identity():
    digests = {
        package.build(folder_of(files)).digest for files in ({"a": "x"}, {"a": script("x")}, {"b": "x"}, {"a": "y"})
    }

    assert len(digests) == 4


def test_the_manifest_lists_every_file_with_digest_and_size():
    manifest = package.build(folder_of({"b": b"12", "a": script(b"")})).manifest

    assert [(file.path, file.size, file.executable) for file in manifest.files] == [("a", 0, True), ("b", 2, False)]
    assert manifest.get("b").digest == package.digest(b"12")
    assert manifest.get("c") is None
    assert manifest.size == 2


def test_an_entry_that_is_no_file_is_refused():
    with pytest.raises(InvalidInputError, match="'link' is a symlink"):
        package.build(skill_folder(files={"link": symlink("/etc/passwd")}))


@pytest.mark.parametrize("archive", [b"", b"nothing", package.build(folder_of({"a": "content"})).archive[:-30]])
def test_bytes_that_are_no_package_are_called_corrupted(archive):
    with pytest.raises(CorruptedError):
        package.unpack(archive)


def test_a_package_with_a_flipped_byte_is_called_corrupted():
    archive = package.build(folder_of({"a": "content"})).archive

    with pytest.raises(CorruptedError):
        package.unpack(archive.replace(b"content", b"cOntent", 1))


paths = st.lists(st.text("abcé-_.", min_size=1, max_size=6), min_size=1, max_size=3).map("/".join)


@given(st.dictionaries(paths, st.binary(max_size=40), max_size=6))
def test_what_is_packed_can_be_unpacked(files):
    assert package.unpack(package.build(folder_of(files)).archive) == files
