import io
import stat
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import folder_of, skill_md
from mcpskills import package
from mcpskills.archive import read_zip
from mcpskills.errors import InvalidInputError, TooLargeError
from mcpskills.validation.policy import Limits, Policy
from mcpskills.validation.validate import validate

SKILL = {"SKILL.md": skill_md(), "scripts/run.py": "print()"}
FLAGS = {b"PK\3\4": 6, b"PK\1\2": 8}


def zipped(files, method=zipfile.ZIP_DEFLATED, modes=None):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in files if isinstance(files, list) else files.items():
            info = zipfile.ZipInfo(path)
            info.compress_type = method
            info.external_attr = (modes or {}).get(path, 0o40755 if path.endswith("/") else 0o100644) << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def refused(content, limits=None):
    with pytest.raises(InvalidInputError) as caught:
        read_zip(content, limits or Limits())
    assert str(caught.value).isprintable()
    return str(caught.value)


def patched(content, offsets, value, width="<H"):
    """The archive with a field overwritten in every local and central header; `offsets` are by kind of header."""
    changed = bytearray(content)
    for mark, offset in offsets.items():
        at = content.find(mark)
        while at >= 0:
            struct.pack_into(width, changed, at + offset, value)
            at = content.find(mark, at + 1)
    return bytes(changed)


def test_a_zip_with_the_files_at_its_root_is_named_by_its_frontmatter():
    folder = read_zip(zipped(SKILL), Limits())

    assert folder.path == "pdf-forms"
    assert sorted(folder.entries) == ["SKILL.md", "scripts/run.py"]
    assert validate(folder, Policy()).ok


def test_a_zip_of_the_whole_folder_is_unwrapped():
    folder = read_zip(
        zipped({"pdf-forms/": "", **{f"pdf-forms/{path}": text for path, text in SKILL.items()}}), Limits()
    )

    assert folder.path == "pdf-forms"
    assert folder.entries["SKILL.md"].content == SKILL["SKILL.md"].encode()


def test_a_wrapping_folder_of_another_name_is_left_to_the_rules():
    folder = read_zip(zipped({"pdf-forms-main/SKILL.md": skill_md()}), Limits())

    assert [finding.code for finding in validate(folder, Policy()).findings] == ["SK008"]


@pytest.mark.parametrize("text", ["no frontmatter", "---\nname: ../../etc\n---\n", "---\nname: 1\n---\n"])
def test_a_skill_file_without_a_valid_name_is_left_to_the_rules(text):
    folder = read_zip(zipped({"SKILL.md": text}), Limits())

    assert folder.path == "skill"
    assert not validate(folder, Policy()).ok


def test_the_product_takes_its_own_packages_back_with_bits_and_names():
    built = package.build(folder_of({"SKILL.md": skill_md(), "ä/ü.txt": "x"}))

    assert package.build(read_zip(built.archive, Limits())).digest == built.digest


def test_executable_bits_are_kept():
    folder = read_zip(zipped(SKILL, modes={"scripts/run.py": 0o100755}), Limits())

    assert [path for path, entry in folder.entries.items() if entry.executable] == ["scripts/run.py"]


def test_what_finder_adds_is_left_out():
    litter = {"__MACOSX/pdf-forms/._SKILL.md": "x", "pdf-forms/.DS_Store": "x"}
    folder = read_zip(zipped({"pdf-forms/SKILL.md": skill_md(), **litter}), Limits())

    assert list(folder.entries) == ["SKILL.md"]


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../../x", "a\\b", "C:/x", "a//b", "./a", "a\x1b[2Jb", "x" * 300]
)
def test_paths_that_leave_the_folder_are_refused(path):
    assert "only paths inside the skill's folder" in refused(zipped({**SKILL, path: "x"}))


def test_a_name_with_a_nul_is_refused_and_not_cut_off():
    content = zipped({"SKILL.md": skill_md(), "evilXname": "x"}).replace(b"evilXname", b"evil\0name")

    assert "control character" in refused(content)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (stat.S_IFLNK, "a symbolic link"),
        (stat.S_IFIFO, "no plain file"),
        (stat.S_IFBLK, "no plain file"),
        (stat.S_IFDIR, "no plain file"),
    ],
)
def test_links_and_devices_are_refused(kind, says):
    assert says in refused(zipped({**SKILL, "x": "/etc/passwd"}, modes={"x": kind | 0o777}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_path_that_stands_twice_is_refused():
    assert "`a` twice" in refused(zipped([("SKILL.md", skill_md()), ("a", "1"), ("a", "2")]))


@pytest.mark.parametrize("flag", [0x1, 0x41, 0x2001])
def test_encrypted_entries_are_refused(flag):
    assert "is encrypted" in refused(patched(zipped(SKILL), FLAGS, flag))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_compression_is_refused(method):
    assert "rare method" in refused(zipped(SKILL, method))


def test_names_that_are_not_marked_as_utf_8_are_refused():
    assert "not marked as UTF-8" in refused(patched(zipped({**SKILL, "ä": "x"}), FLAGS, 0))


def test_names_that_are_marked_as_utf_8_and_are_not_are_refused():
    content = zipped({**SKILL, "ä": "x"}).replace("ä".encode(), b"\xff\xff")

    assert "says it is UTF-8 and is not" in refused(content)


@pytest.mark.parametrize(("other", "fine"), [("SKILL.md", True), ("../../evil", False)])
def test_a_second_name_in_an_extra_field_must_be_the_first(other, fine):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("SKILL.md")
        payload = struct.pack("<BL", 1, zlib.crc32(b"SKILL.md")) + other.encode()
        info.extra = struct.pack("<HH", 0x7075, len(payload)) + payload
        archive.writestr(info, skill_md())

    if fine:
        assert read_zip(buffer.getvalue(), Limits()).path == "pdf-forms"
    else:
        assert "a second name" in refused(buffer.getvalue())


def test_what_unpacks_to_more_than_a_package_is_refused_by_what_it_declares():
    bomb = zipped({**SKILL, "zeros": bytes(20 * 1024 * 1024)})

    assert len(bomb) < 100_000
    with pytest.raises(TooLargeError, match="unpacks to"):
        read_zip(bomb, Limits())


def test_a_bomb_that_declares_a_small_size_is_unpacked_no_further_than_that():
    content = zipped({"SKILL.md": skill_md(), "zeros": bytes(5 * 1024 * 1024)})
    at = content.rfind(b"PK\1\2")
    lying = bytearray(content)
    struct.pack_into("<L", lying, at + 24, 10)

    assert "`zeros` has another size" in refused(bytes(lying))


def test_entries_that_share_their_data_are_refused():
    content = bytearray(zipped({"SKILL.md": skill_md(), "aa": "x" * 50, "bb": "x" * 50}, zipfile.ZIP_STORED))
    first, second = (content.rfind(b"PK\1\2", 0, end) for end in (content.rfind(b"PK\1\2"), len(content)))
    content[second + 42 : second + 46] = content[first + 42 : first + 46]

    assert "damaged" in refused(bytes(content))


def test_an_entry_whose_data_reaches_into_the_next_is_refused():
    content = bytearray(zipped({"SKILL.md": skill_md(), "b": "x"}, zipfile.ZIP_STORED))
    at = content.find(b"PK\1\2")
    struct.pack_into("<LL", content, at + 20, len(skill_md()) + 20, len(skill_md()) + 20)

    assert "runs into what follows" in refused(bytes(content))


@pytest.mark.parametrize("place", ["local", "central"])
def test_a_name_that_differs_between_the_two_lists_is_refused(place):
    content = zipped(SKILL)
    at = content.find(b"run.py") if place == "local" else content.rfind(b"run.py")

    assert "differ" in refused(content[:at] + b"ran" + content[at + 3 :])


def test_a_wrong_checksum_is_refused():
    assert "checksum" in refused(zipped(SKILL, zipfile.ZIP_STORED).replace(b"print()", b"prinT()"))


def test_broken_compressed_data_is_refused():
    content = bytearray(zipped({"SKILL.md": skill_md()}))
    content[38:60] = b"\xff" * 22

    assert "damaged" in refused(bytes(content))


def test_more_entries_than_a_skill_could_need_are_refused():
    with pytest.raises(TooLargeError, match="2049 entries"):
        read_zip(zipped({f"f{number}": "" for number in range(2049)}), Limits())


def test_an_archive_that_declares_fewer_entries_than_it_has_is_counted_all_the_same():
    content = bytearray(zipped({f"f{number}": "" for number in range(2049)}))
    struct.pack_into("<HH", content, len(content) - 14, 1, 1)

    with pytest.raises(TooLargeError, match="2049 entries"):
        read_zip(bytes(content), Limits())


def test_an_upload_that_is_larger_than_any_package_is_not_even_opened():
    with pytest.raises(TooLargeError, match="bytes; a skill may have 10485760"):
        read_zip(bytes(15 * 1024 * 1024), Limits())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a zip archive"),
        (b"PK\5\6", "not a zip archive"),
        (b"hello", "not a zip archive"),
        (zipped(SKILL)[:-5], "not a zip archive"),
        (b"#!/bin/sh\n" + zipped(SKILL), "bytes that do not belong"),
        (zipped(SKILL) + b"trailing", "bytes after its end"),
        (zipped({}), "has no files"),
        (zipped({"empty/": ""}), "has no files"),
        (zipped({"README.md": "x"}), "has no `SKILL.md`"),
        (zipped({"a/SKILL.md": "x", "b/SKILL.md": "x"}), "has no `SKILL.md`"),
    ],
)
def test_what_is_no_zip_of_a_skill_is_refused_in_one_sentence(content, says):
    assert says in refused(content)


def test_a_comment_is_allowed_because_code_hosts_write_one():
    buffer = io.BytesIO(zipped(SKILL))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"0123456789abcdef"

    assert read_zip(buffer.getvalue(), Limits()).path == "pdf-forms"


def test_zip64_and_parts_of_several_are_refused():
    content = zipped(SKILL)
    end = content.rfind(b"PK\5\6")

    assert "zip64" in refused(content[:end] + b"PK\6\7" + bytes(16) + content[end:])
    assert "one part of several" in refused(content[: end + 4] + b"\1\0" + content[end + 6 :])


def test_a_folder_with_content_is_refused():
    assert "the folder `a/` has content" in refused(zipped({**SKILL, "a/": "x"}, modes={"a/": stat.S_IFDIR | 0o755}))


def outcome(content):
    """What comes of the archive; anything that is raised but an error of ours fails the test."""
    try:
        return read_zip(content, Limits())
    except InvalidInputError as error:
        return str(error)


positions = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6)


@given(changes=positions, cut=st.integers(0, 40), method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
def test_no_mutation_of_a_zip_crashes_the_reader(changes, cut, method):
    content = bytearray(zipped({**SKILL, "ä": "x"}, method))
    for at, value in changes:
        content[at % len(content)] = value

    assert outcome(bytes(content))
    assert outcome(bytes(content[: len(content) - cut]))


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(content):
    assert outcome(content)
    assert outcome(b"PK\3\4" + content + b"PK\5\6" + content)
