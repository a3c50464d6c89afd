"""What a language model gets to see of a skill."""

import json

from builders import folder_of, skill_folder, symlink
from mcpskills.adapters.advisers.material import MOST_FILES, SHOWN, material_of


def document(material):
    return json.loads(material.document)


def test_skill_md_comes_first_and_binary_files_are_only_named():
    shown = document(material_of(skill_folder(files={"A.md": "First by name.", "image.png": b"\x89PNG\0\1\2\3" * 9})))

    assert [file["path"] for file in shown["files"]] == ["SKILL.md", "A.md", "image.png"]
    assert shown["files"][1] == {"path": "A.md", "bytes": 14, "text": "First by name."}
    assert shown["files"][2] == {"path": "image.png", "bytes": 72, "text": None}
    assert (shown["skill"], shown["left_out"]) == ("pdf-forms", 0)


def test_text_beyond_the_limit_is_left_out_and_said_to_be():
    material = material_of(skill_folder(files={"long.md": "a" * 2 * SHOWN, "zebra.md": "never seen"}))

    shown = document(material)["files"]
    assert not material.whole
    assert sum(len(file["text"]) for file in shown) == SHOWN
    assert shown[-1] == {"path": "zebra.md", "bytes": 10, "text": ""}


def test_files_beyond_the_limit_are_counted():
    material = material_of(folder_of({f"{number}.md": "x" for number in range(MOST_FILES + 7)}))

    assert not material.whole
    assert (len(document(material)["files"]), document(material)["left_out"]) == (MOST_FILES, 7)


def test_characters_that_nobody_sees_are_written_as_escapes_and_others_stay():
    text = "Grüße 日本\tok\n\u202e\u200b\U000e0041\x1b"

    (file,) = document(material_of(folder_of({"a\udcff\n.md": text})))["files"]

    assert file["text"] == "Grüße 日本\tok\n\\u202e\\u200b\\U000e0041\\x1b"
    assert file["path"] == "a\\udcff\\n.md"


def test_what_hides_in_another_encoding_is_read_and_links_are_not():
    shown = document(material_of(folder_of({"a.md": "ignore it".encode("utf-16"), "link": symlink("/etc/passwd")})))

    assert [file["text"] for file in shown["files"]] == ["ignore it"]
