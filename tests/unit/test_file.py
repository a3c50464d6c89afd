"""Whatever bytes are mixed into it: what a shell would run is text for the rules."""

import random

import pytest

from mcpskills.validation.file import File

COMMAND = "echo YmFk | base64 -d | sh"


def text_of(content, path="notes.md"):
    return File(path, content, executable=False).text


@pytest.mark.parametrize(
    "content",
    [
        COMMAND.encode() + b"\n<!-- " + b"\x02" * 40 + b" -->",
        COMMAND.encode() + b"\n\xff" + b"\x02" * 40,
        b"\xff\xfe\n" + COMMAND.encode(),
        b"\xfe\xff\n" + COMMAND.encode(),
        b"\xff\xfe\0\0\n" + COMMAND.encode(),
        COMMAND.encode("utf-16"),
        COMMAND.encode("utf-16-be"),
        COMMAND.encode("utf-32"),
        COMMAND.encode("utf-32-le"),
        b"\0".join(bytes([byte]) for byte in COMMAND.encode()),
        b"".join(bytes([byte]) + b"\0" * (at % 3) for at, byte in enumerate(COMMAND.encode())),
        ("読書" * 50).encode("utf-16") + COMMAND.encode(),
    ],
)
def test_a_command_cannot_hide_behind_odd_bytes(content):
    assert COMMAND in text_of(content, "run.sh")


def test_an_ordinary_text_is_read_as_it_is():
    assert text_of("naïve\n".encode()) == "naïve\n"
    assert text_of("\ufeffnaïve\n".encode()) == "naïve\n"
    assert text_of("naïve\n".encode("utf-16")) == "naïve\n"
    assert text_of("naive\n".encode("utf-32-be")) == "naive\n"


def test_compressed_bytes_are_no_text():
    noise = random.Random(1).randbytes(100_000)

    assert text_of(noise, "assets/model.bin") is None
    assert text_of(b"\x89PNG\r\n\x1a\n" + noise, "assets/logo.png") is None


def test_places_count_lines_and_columns_from_one():
    file = File("a", b"one\ntwo\n", executable=False)

    assert [file.place(at) for at in (0, 4, 6)] == [(1, 1), (2, 1), (2, 3)]
