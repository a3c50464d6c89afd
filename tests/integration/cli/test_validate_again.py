"""A second run takes what it can from the cache, and never anything that is not true any more."""

import os
import sqlite3
import time

import pytest

from builders import write_skill
from command_line import validate

NESTED = {"inner/SKILL.md": "---\nname: inner\ndescription: A skill in a skill.\n---\n"}


def age(folder):
    """Files that were written long ago: what has just been written is not trusted to be the same the next time."""
    long_ago = time.time() - 3600
    for path in folder.rglob("*"):
        os.utime(path, (long_ago, long_ago))


@pytest.fixture
def registry(tmp_path):
    root = tmp_path / "registry"
    write_skill(root / "skills", "csv-tables", files=NESTED)
    write_skill(root / "skills", "pdf-forms", extra="license: 1")
    (root / "registry.toml").write_text("")
    return root


def again(*arguments, at):
    return validate(*arguments, "--format", "json", at=at)


def test_a_second_run_says_the_same(registry):
    first, second = again(".", at=registry), again(".", at=registry)

    assert first.out == second.out
    assert len(first.found) == 2
    assert (registry.parent / "cache" / "results.sqlite").is_file()


def test_a_changed_file_is_judged_anew(registry):
    age(registry)
    again(".", at=registry)
    write_skill(registry / "skills", "pdf-forms")

    assert again(".", at=registry).found == [("SK025", "skills/csv-tables/inner/SKILL.md")]


def test_a_changed_policy_is_heeded_at_once(registry):
    again(".", at=registry)
    (registry / "registry.toml").write_text('[rules]\nSK025 = "error"\nSK010 = "off"\n')

    run = again(".", at=registry)

    assert (run.code, run.found) == (1, [("SK025", "skills/csv-tables/inner/SKILL.md")])


def test_a_new_neighbour_with_the_same_name_is_noticed(registry):
    again(".", at=registry)
    write_skill(registry / "skills" / "office", "csv-tables")

    assert ("SK009", "skills/csv-tables") in again(".", at=registry).found


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_cache_costs_time_and_nothing_else(registry, content):
    first = again(".", at=registry)
    (registry.parent / "cache" / "results.sqlite").write_bytes(content)

    assert again(".", at=registry).out == first.out
    assert again(".", at=registry).out == first.out


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(registry):
    (registry.parent / "occupied").write_text("a file where a folder should be")

    assert len(again(".", "--cache", "../occupied/cache", at=registry).found) == 2


def test_without_the_cache_nothing_is_kept(registry):
    again(".", "--no-cache", at=registry)

    assert not (registry.parent / "cache").exists()


def test_many_processes_say_what_one_says_and_in_the_same_order(registry):
    for number in range(30):
        write_skill(registry / "skills", f"skill-{number:02}", extra=f"x-field-{number}: 1")

    alone = again(".", "--no-cache", "--jobs", "1", at=registry)
    together = again(".", "--no-cache", "--jobs", "2", at=registry)

    assert alone.out == together.out
    assert alone.report["skills"] == 32


@pytest.mark.parametrize("text", ["{", "null", '[["SK999", {"colour": 1}]]', "[1]"])
def test_a_cache_that_was_written_into_is_not_believed(registry, text):
    age(registry)
    first = validate(".", at=registry)
    with sqlite3.connect(registry.parent / "cache" / "results.sqlite") as cache:
        cache.execute("UPDATE texts SET text = ?", (text,))

    assert validate(".", at=registry).out == first.out


def test_a_cache_that_is_a_folder_costs_time_and_nothing_else(registry):
    (registry.parent / "cache" / "results.sqlite").mkdir(parents=True)

    assert len(again(".", at=registry).found) == 2
