import tracemalloc

import pytest

from builders import script, skill_folder, skill_md, symlink
from mcpskills.folder import ENTRY_LIMIT, READ_LIMIT, Entry, EntryKind
from mcpskills.validation.policy import Limits, Policy
from mcpskills.validation.validate import validate


def codes(folder, limits=None):
    return [(finding.code, finding.path.removeprefix("skills/pdf-forms")) for finding in judge(folder, limits)]


def judge(folder, limits=None):
    return validate(folder, Policy(limits=limits or Limits())).findings


def sized(size):
    return Entry(EntryKind.FILE, b"" if size > READ_LIMIT else b"x" * size, size)


def test_a_skill_file_may_have_100_kb_and_no_byte_more():
    room = 102400 - len(skill_md(body=""))

    assert codes(skill_folder(body="x" * room)) == []
    assert codes(skill_folder(body="x" * (room + 1))) == [("SK016", "/SKILL.md")]


def test_a_skill_file_that_was_too_large_to_read_is_told_for_its_size_alone():
    assert codes(skill_folder(text=sized(READ_LIMIT + 1))) == [("SK018", ""), ("SK016", "/SKILL.md")]


def test_a_script_may_have_1_mb_and_no_byte_more():
    assert codes(skill_folder(files={"scripts/a.py": sized(1048576)})) == []
    assert codes(skill_folder(files={"scripts/a/b.py": sized(1048577)})) == [("SK017", "/scripts/a/b.py")]
    assert codes(skill_folder(files={"assets/a.bin": sized(1048577)})) == []


def test_a_package_may_have_10_mb_and_no_byte_more():
    room = 10485760 - len(skill_md())

    assert codes(skill_folder(files={"a": sized(room)})) == []
    (finding,) = judge(skill_folder(files={"a": sized(room), "b": "x"}))
    assert (finding.code, finding.path) == ("SK018", "skills/pdf-forms")
    assert f"the largest is `a` with {room} bytes" in finding.fix


def test_a_skill_may_have_512_files_and_no_more():
    files = {f"f{number}": "" for number in range(511)}

    assert codes(skill_folder(files=files)) == []
    assert codes(skill_folder(files={**files, "one-more": ""})) == [("SK019", "")]


def test_a_registry_can_tighten_every_limit():
    limits = Limits(skill_md_bytes=10, script_bytes=1, package_bytes=20, files=1)

    found = {code for code, _ in codes(skill_folder(files={"scripts/a": "22"}), limits)}

    assert found == {"SK016", "SK017", "SK018", "SK019"}


def test_links_submodules_and_special_files_are_refused():
    folder = skill_folder(
        files={
            "link": symlink("../../etc/passwd"),
            "module": Entry(EntryKind.SUBMODULE, b"", 0),
            "pipe": Entry(EntryKind.SPECIAL, b"", 0),
        }
    )

    findings = judge(folder)

    assert [finding.code for finding in findings] == ["SK020"] * 3
    assert "`../../etc/passwd`" in findings[0].message


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/etc/passwd", "is absolute"),
        ("C:/x", "is absolute"),
        ("a\\b", "contains a backslash"),
        ("../x", "contains `..`"),
        ("a/../b", "contains `..`"),
        ("a//b", "empty segment"),
        ("./a", "empty segment or `.`"),
        ("a/", "empty segment"),
        ("a\nb", "control character"),
        ("a\x7fb", "control character"),
        ("a\x9bb", "control character"),
        ("a\u202eb", "an invisible one"),
        ("a\u200bb", "an invisible one"),
        ("a\ufeffb", "an invisible one"),
        ("a\udcffb", "is not UTF-8"),
        (".git/config", "leads into a `.git` folder"),
        ("a/.GIT", "leads into a `.git` folder"),
        ("git~1/config", "leads into a `.git` folder"),
        ("GIT~1. /config", "leads into a `.git` folder"),
        (".git .", "leads into a `.git` folder"),
        (".g\u200dit/config", "leads into a `.git` folder"),
        (".git::$INDEX_ALLOCATION/config", "leads into a `.git` folder"),
        ("x" * 256, "more than 255 bytes"),
        ("ü" * 128, "more than 255 bytes"),
        ("/".join("a" * 33), "more than 32 folders deep"),
        ("/".join(["x" * 200] * 6), "longer than 1024 bytes"),
        ("a/" * 30_000 + "a", "longer than 1024 bytes"),
    ],
)
def test_unsafe_paths_are_refused(path, says):
    (finding,) = judge(skill_folder(files={path: ""}))

    assert finding.code == "SK021"
    assert says in finding.message
    assert finding.path.isprintable()


@pytest.mark.parametrize(
    "path",
    ["ü" * 127, "/".join("a" * 32), "日本語/ファイル.md", "a b.txt", ".hidden", "..x", "a..b", ".gitignore", "git~10"],
)
def test_unusual_but_safe_paths_are_accepted(path):
    assert judge(skill_folder(files={path: ""})) == ()


@pytest.mark.parametrize("above", ["skills/\x1b[2J/pdf-forms", "skills/\udcff/pdf-forms"])
def test_the_folders_above_a_skill_are_looked_at_too(above):
    (finding,) = judge(skill_folder(path=above))

    assert finding.code == "SK021"
    assert finding.path.isprintable()


@pytest.mark.parametrize("path", ["aux", "docs/CON.txt", "nul.tar.gz", "com¹", "a.", "a /b", "ab:c", "what?.md", "a*"])
def test_paths_that_windows_does_not_take_are_a_warning(path):
    (finding,) = judge(skill_folder(files={path: ""}))

    assert (finding.code, finding.severity) == ("SK022", "warning")


@pytest.mark.parametrize("path", ["console", "auxiliary.md", "a.con", "com10"])
def test_names_that_only_resemble_devices_are_fine(path):
    assert judge(skill_folder(files={path: ""})) == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Readme.md", "README.md"),
        ("caf\u00e9", "cafe\u0301"),
        ("stra\u00dfe", "STRASSE"),
        ("Docs/a", "docs/b"),
        ("a/B/c", "a/b/d"),
        ("\u03a3", "\u03c2"),
        ("a", "a/b"),
    ],
)
def test_paths_that_are_one_on_some_file_systems_are_refused(first, second):
    (finding,) = judge(skill_folder(files={first: "", second: ""}))

    assert (finding.code, finding.severity) == ("SK023", "error")


def test_a_trailing_dot_collides_because_windows_drops_it():
    assert ("SK023", "/SKILL.md.") in codes(skill_folder(files={"SKILL.md.": ""}))


@pytest.mark.parametrize("path", ["_manifest", "_manifest/a"])
def test_the_address_of_the_manifest_is_reserved(path):
    assert codes(skill_folder(files={path: ""})) == [("SK024", f"/{path}")]
    assert codes(skill_folder(files={"docs/_manifest": ""})) == []


def test_a_skill_file_below_the_skill_is_supporting_content_with_a_warning():
    findings = judge(skill_folder(files={"examples/other/SKILL.md": "text", "docs/skill.md": "text"}))

    assert [(finding.code, finding.severity) for finding in findings] == [("SK025", "warning")] * 2


def test_a_script_may_be_executable():
    assert judge(skill_folder(files={"scripts/run.sh": script("#!/bin/sh\n")})) == ()


def test_a_folder_full_of_faults_is_judged_within_bounds():
    folder = skill_folder(files={f"{'a/' * 31}\x1b{number}": "" for number in range(ENTRY_LIMIT)})

    verdict = validate(folder, Policy())

    assert len(verdict.findings) == 101
    assert verdict.reason.endswith("And 91 more.")


def test_paths_of_any_depth_are_judged_in_little_memory():
    folder = skill_folder(files={f"{number}/{'a/' * 2000}a": "" for number in range(100)})

    tracemalloc.start()
    findings = judge(folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert {finding.code for finding in findings} == {"SK021"}
    assert peak < 50 * 1024 * 1024
