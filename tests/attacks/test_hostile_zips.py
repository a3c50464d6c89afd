"""Zips that are made to harm, sent to the admin API: a clear refusal, and nothing left behind."""

import io
import stat
import struct
import warnings
import zipfile

import pytest

from admin_service import zipped
from builders import skill_md

GOOD = {"pdf-forms/SKILL.md": skill_md()}
MIB = 1024 * 1024


def with_entry(path, content=b"x", *, mode=0o100644, **fields):
    """A good skill and one more entry, written as it is asked for."""
    buffer = io.BytesIO(zipped(GOOD))
    with zipfile.ZipFile(buffer, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns about duplicates
        info = zipfile.ZipInfo(path)
        info.external_attr = mode << 16
        info.compress_type = fields.get("compress_type", zipfile.ZIP_DEFLATED)
        archive.writestr(info, content)
    return buffer.getvalue()


def encrypted():
    content = bytearray(zipped(GOOD))
    central = content.index(b"PK\1\2")
    content[6] |= 1
    content[central + 8] |= 1
    return bytes(content)


def lying_about_its_size():
    """The list of files says 10 bytes, the data unpacks to a megabyte."""
    content = bytearray(with_entry("pdf-forms/big.txt", b"\0" * MIB))
    last = content.rindex(b"PK\1\2")
    struct.pack_into("<L", content, last + 24, 10)
    return bytes(content)


def in_another_encoding():
    content = with_entry("pdf-forms/caf?.md")
    return content.replace(b"caf?.md", b"caf\x82.md")


def falsely_marked_as_utf8():
    content = with_entry("pdf-forms/café.md")
    return content.replace("café".encode(), b"caf\xff\xfe")


def overlapping():
    """Two entries of the list share one piece of data."""
    content = bytearray(with_entry("pdf-forms/SKILL.m2", skill_md().encode()))
    last = content.rindex(b"PK\1\2")
    struct.pack_into("<L", content, last + 42, 0)
    return bytes(content)


HOSTILE = {
    "an absolute path": (with_entry("/etc/passwd"), 422, "only paths inside the skill's folder are accepted"),
    "a drive": (with_entry("C:/windows/x"), 422, "only paths inside the skill's folder are accepted"),
    "dot dot": (with_entry("pdf-forms/../../x"), 422, "only paths inside the skill's folder are accepted"),
    "dot dot with backslashes": (with_entry("..\\..\\x"), 422, "only paths inside the skill's folder are accepted"),
    "a NUL in a name": (with_entry("pdf-forms/aXb").replace(b"aXb", b"a\0b"), 422, "The path"),
    "a symbolic link": (with_entry("pdf-forms/link", b"/etc/passwd", mode=0o120777), 422, "is a symbolic link"),
    "a device": (with_entry("pdf-forms/dev", mode=stat.S_IFCHR | 0o644), 422, "is no plain file"),
    "a bomb": (with_entry("pdf-forms/zeros", b"\0" * 64 * MIB), 413, "unpacks to"),
    "a bomb that lies": (lying_about_its_size(), 422, "has another size than its list of files says"),
    "many entries": (zipped({f"pdf-forms/{n}": "" for n in range(3000)}), 413, "entries; at most"),
    "one name twice": (with_entry("pdf-forms/SKILL.md"), 422, "contains `pdf-forms/SKILL.md` twice"),
    "names that differ by case": (with_entry("pdf-forms/skill.md"), 422, "The skill breaks rules"),
    "encryption": (encrypted(), 422, "is encrypted"),
    "a name in another encoding": (in_another_encoding(), 422, "is not marked as UTF-8"),
    "a name that is no UTF-8": (falsely_marked_as_utf8(), 422, "says it is UTF-8 and is not"),
    "entries that overlap": (overlapping(), 422, "The zip is damaged"),
    "a rare compression": (with_entry("pdf-forms/x", compress_type=zipfile.ZIP_LZMA), 422, "by a rare method"),
    "bytes before the archive": (b"#!/bin/sh\n" + zipped(GOOD), 422, "bytes that do not belong to it"),
    "bytes after the archive": (zipped(GOOD) + b"more", 422, "bytes after its end"),
    "half an archive": (zipped(GOOD)[:60], 422, "not a zip archive"),
    "no archive at all": (b"\0" * 1000, 422, "not a zip archive"),
    "an archive of nothing": (zipped({}), 422, "has no files"),
    "no SKILL.md": (zipped({"a.txt": "a", "b.txt": "b"}), 422, "has no `SKILL.md`"),
    "a YAML bomb": (
        zipped({"pdf-forms/SKILL.md": "---\na: &a [x, x]\nb: &b [*a, *a]\n---\n"}),
        422,
        "The skill breaks rules",
    ),
    "a SKILL.md that is no text": (zipped({"pdf-forms/SKILL.md": b"\xff\xfe\0"}), 422, "The skill breaks rules"),
    "a name that leaves its folder": (zipped({"SKILL.md": skill_md("../../../x")}), 422, "The skill breaks rules"),
    "a reserved name": (zipped({"v2/SKILL.md": skill_md("v2")}), 422, "The skill breaks rules"),
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_is_refused_with_a_sentence(service, kind):
    content, status, sentence = HOSTILE[kind]

    answer = service.send_zip("upload", content)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert sentence in answer.json()["detail"]
    assert answer.json()["detail"].isprintable()


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", HOSTILE)
def test_validating_a_hostile_zip_is_no_way_around(service, kind):
    content, status, sentence = HOSTILE[kind]

    answer = service.send_zip("validate", content)

    judged_by_rules = sentence == "The skill breaks rules"
    assert answer.status_code == (200 if judged_by_rules else status)
    assert answer.json().get("ok", False) is False


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("route", ["upload", "validate", "pdf-forms/rollback"])
class TestEndlessBodies:
    def test_a_body_that_declares_too_much_is_refused_before_it_is_read(self, service, route):
        answer = service.http.post(
            f"/admin/skills/{route}",
            content=b"\0" * 16 * MIB,
            headers={"content-type": content_type(route)},
        )

        assert answer.request.headers["content-length"] == str(16 * MIB)
        assert answer.status_code == 413
        assert "which is the most that is read" in answer.json()["detail"]

    def test_a_body_without_a_declared_length_is_counted(self, service, route):
        answer = service.http.post(
            f"/admin/skills/{route}", content=endless(64 * MIB), headers={"content-type": content_type(route)}
        )

        assert answer.request.headers["transfer-encoding"] == "chunked"
        assert answer.status_code == 413
        assert "which is the most that is read" in answer.json()["detail"]


def content_type(route):
    return "application/json" if route.endswith("rollback") else "multipart/form-data; boundary=b"


def endless(size):
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    for _ in range(size // MIB):
        yield b"\0" * MIB


@pytest.mark.usefixtures("untouched")
def test_a_form_of_a_thousand_parts_is_refused(service):
    answer = service.http.post("/admin/skills/upload", files=[("file", (f"{n}.zip", b"x")) for n in range(1200)])

    assert answer.status_code == 400
    assert answer.json()["detail"] == "Too many files. Maximum number of files is 1000."


@pytest.mark.usefixtures("untouched")
def test_deeply_nested_json_is_a_bad_request(service):
    answer = service.http.post(
        "/admin/skills/pdf-forms/rollback",
        content=b'{"reason":' + b"[" * 60_000,
        headers={"content-type": "application/json"},
    )

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
