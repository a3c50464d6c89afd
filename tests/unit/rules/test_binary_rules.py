import io
import struct
import zipfile

import pytest

from builders import skill_folder
from mcpskills.validation.policy import Policy
from mcpskills.validation.validate import validate

NOISE = bytes(range(256)) * 4
ELF = b"\x7fELF\x02\x01\x01" + NOISE
PE = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + NOISE
PNG = b"\x89PNG\r\n\x1a\n" + NOISE
TAR = b"a.txt".ljust(257, b"\0") + b"ustar\0" + NOISE
ISO = bytes(0x8001) + b"CD001" + NOISE
GZIP = b"\x1f\x8b\x08" + NOISE
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"


def zipped(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return buffer.getvalue()


def found(path, content):
    findings = validate(skill_folder(files={path: content}), Policy()).findings
    return [
        (finding.code, str(finding.severity))
        for finding in findings
        if finding.code in {"SK070", "SK071", "SK072", "SK082"}
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("bin/tool", ELF),
        ("bin/tool.exe", PE),
        ("lib/tool.dylib", b"\xcf\xfa\xed\xfe" + NOISE),
        ("lib/fat", b"\xca\xfe\xba\xbe" + NOISE),
        ("lib/Tool.class", b"\xca\xfe\xba\xbe\0\0\0\x34" + NOISE),
        ("tool.wasm", b"\0asm\x01\0\0\0"),
        ("__pycache__/tool.cpython-311.pyc", b"\xa7\x0d\r\n" + NOISE),
        ("tool", b"\xa7\x0d\r\n" + NOISE),
        ("old.pyc", b"\x03\xf3\r\n" + NOISE),
        ("tool.node", b"odd" + NOISE),
        ("model.pkl", b"\x80\x04\x95" + NOISE),
        ("install", b"#!/bin/sh\ntail -c +40 $0 | tar x\n" + b"\x00\x01\x02" * 100),
        ("report.docm", zipped("[Content_Types].xml", "word/vbaProject.bin")),
        ("report.docx", zipped("[Content_Types].xml", "word/vbaProject.bin")),
        ("report.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE + "_VBA_PROJECT".encode("utf-16-le")),
    ],
)
def test_code_that_nobody_can_read_is_a_warning(path, content):
    assert found(path, content) == [("SK070", "warning")]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("data.zip", zipped("a")),
        ("no-ending", zipped("a")),
        ("empty.zip", zipped()),
        ("tool.whl", zipped("a")),
        ("nested.skill", zipped("SKILL.md")),
        ("data.tar", TAR),
        ("data.tgz", GZIP),
        ("data.csv.gz", GZIP),
        ("data.tar.bz2", b"BZh91AY&SY" + NOISE),
        ("data.xz", b"\xfd7zXZ\0" + NOISE),
        ("data.7z", b"7z\xbc\xaf\x27\x1c" + NOISE),
        ("data.rar", b"Rar!\x1a\x07\x01\0" + NOISE),
        ("tool.deb", b"!<arch>\ndebian-binary   " + NOISE),
        ("tool.rpm", b"\xed\xab\xee\xdb" + NOISE),
        ("disk.iso", ISO),
        ("disk.dmg", NOISE + b"koly" + bytes(508)),
        ("data.lzma", b"\x5d\0\0" + NOISE),
    ],
)
def test_what_lies_in_an_archive_is_a_warning(path, content):
    assert found(path, content) == [("SK071", "warning")]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("assets/logo.png", PNG),
        ("assets/logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("report.docx", zipped("[Content_Types].xml", "word/document.xml")),
        ("book.epub", zipped("mimetype")),
        ("numbers.npz", zipped("a.npy")),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE),
        ("manual.pdf", b"%PDF-1.7\n" + NOISE),
        ("font.woff2", b"wOF2" + NOISE),
        ("notes.txt", "MZ is how programs for Windows start, BZh how bzip2 does, LZIP, xar! and hsqs too."),
        ("MZ.md", "MZ" + "x" * 200),
        ("BZh.txt", "BZh9 is a level"),
        ("run.exe", "this is text about run.exe"),
        ("mod.so", "just text"),
        ("main.py", "#!/usr/bin/env python3\nprint()\n"),
        ("latin.sh", "#!/bin/sh\necho zw\u00f6lf\n".encode("latin-1")),
        ("data.bin", NOISE),
        ("empty.zip", b""),
        ("empty.pyc", b""),
    ],
)
def test_what_is_called_as_it_is_and_can_be_read_or_shown_is_fine(path, content):
    assert found(path, content) == []


@pytest.mark.parametrize(
    ("path", "content", "says"),
    [
        ("assets/logo.png", ELF, "Linux"),
        ("assets/logo.PNG", PE, "Windows"),
        ("assets/photo.jpeg", zipped("a"), "zip archive"),
        ("assets/photo.jpg", "#!/bin/sh\necho hi\n", "a script"),
        ("fonts/a.woff2", GZIP, "gzip"),
        ("notes.md", ELF, "Linux"),
        ("data.json", zipped("a"), "zip archive"),
        ("scripts/run.py", ELF, "Linux"),
        ("scripts/run.sh", TAR, "tar"),
    ],
)
def test_a_program_an_archive_or_a_script_that_is_called_like_something_else_is_an_error(path, content, says):
    verdict = validate(skill_folder(files={path: content}), Policy())

    (finding,) = [finding for finding in verdict.findings if finding.code == "SK072"]
    assert finding.severity == "error"
    assert says in finding.message
    assert not verdict.ok


def test_a_pointer_of_git_lfs_is_a_warning():
    assert found("assets/model.onnx", POINTER) == [("SK082", "warning")]


@pytest.mark.parametrize("text", [f"A pointer:\n\n{POINTER}", POINTER + "x" * 1024, POINTER.partition("\n")[0]])
def test_a_text_about_git_lfs_is_fine(text):
    assert found("notes.md", text) == []
