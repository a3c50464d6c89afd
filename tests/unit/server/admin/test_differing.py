"""Differences as a reviewer reads them: nothing that runs differently may look the same."""

import pytest

from mcpskills_server.admin.differing import Differ, FileDifference, FileState


def difference(old: str, new: str, path: str = "scripts/x.sh", room: int = 200_000) -> FileDifference:
    sides = [{path: FileState(text.encode(), executable=False)} for text in (old, new)]
    (found,) = Differ(room).compare(*sides)
    return found


@pytest.mark.parametrize(
    ("end", "shown"),
    [
        ("\u2028", r"\u2028"),
        ("\u2029", r"\u2029"),
        ("\x0b", r"\x0b"),
        ("\x0c", r"\x0c"),
        ("\r", r"\r"),
        ("\x1c", r"\x1c"),
        ("\x85", r"\x85"),
    ],
)
def test_a_line_is_what_a_shell_takes_for_one(end: str, shown: str):
    commented = f"#!/bin/sh\n# clean up:{end}rm -rf ~/important\n"

    found = difference(commented, commented.replace(end, "\n"))

    assert found.diff.split("\n")[3:] == [
        " #!/bin/sh",
        f"-# clean up:{shown}rm -rf ~/important",
        "+# clean up:",
        "+rm -rf ~/important",
    ]


def test_what_is_escaped_differs_from_what_is_written_so():
    found = difference("x\x0c\n", "x\\x0c\n")

    assert found.diff.split("\n")[3:] == [r"-x\x0c", r"+x\x0c"]


def test_what_turns_or_hides_text_is_shown_and_tabs_stay():
    found = difference("", "if x:\u202e\n\ty\u200b\x1b[2J\n")

    assert found.diff.split("\n")[3:] == [r"+if x:\u202e", "+\ty\\u200b\\x1b[2J"]


def test_a_path_cannot_feign_lines_of_a_difference():
    found = difference("a\n", "b\n", path="x\n+harmless")

    assert found.diff.split("\n")[:2] == [r"--- a/x\n+harmless", r"+++ b/x\n+harmless"]


def test_a_newline_at_the_end_alone_is_said():
    assert difference("a\n", "a").note == "Only the end of the last line differs."
    assert difference("a\n\n", "a\n").diff.split("\n")[3:] == [" a", "-"]


def test_only_whole_lines_are_shown_as_far_as_they_fit():
    whole = difference("a\n", "b\n").diff

    found = difference("a\n", "b\n\u2028\n", room=len(whole) + 5)

    assert found.diff.split("\n")[3:] == ["-a", "+b"]
    assert "does not fit" in (found.note or "")


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (FileState(b"a\n", executable=False), FileState(b"b\n", executable=True), "The file is executable now."),
        (
            FileState(b"a\n", executable=True),
            FileState(b"b\n", executable=False),
            "The file is no longer executable now.",
        ),
        (None, FileState(b"b\n", executable=True), "The file is executable."),
        (FileState(b"a\n", executable=True), None, None),
        (FileState(b"a\n", executable=True), FileState(b"b\n", executable=True), None),
    ],
)
def test_that_a_file_may_be_run_is_said_beside_what_changed_in_it(before, after, note):
    sides = [{"scripts/x.sh": side} if side else {} for side in (before, after)]

    (found,) = Differ().compare(*sides)

    assert found.note == note
    assert found.diff


def test_that_a_file_may_be_run_is_said_also_where_its_content_is_not_shown():
    before, after = FileState(b"\0a", executable=False), FileState(b"\0b", executable=True)

    (binary,) = Differ().compare({"x": before}, {"x": after})
    (beyond,) = Differ(0).compare({"x": before}, {"x": after})

    assert binary.note == "The file is executable now. The content is no text, or too long to compare."
    assert beyond.note.startswith("The file is executable now. There is no room")


def test_what_takes_too_long_to_compare_beside_the_files_before_is_left_without_text_and_smaller_files_are_not():
    before = {path: FileState(b"a\n" * lines, executable=False) for path, lines in (("x", 8), ("y", 7), ("z", 6))}
    after = {path: FileState(side.content + b"b\n", executable=False) for path, side in before.items()}
    added = {"new": FileState(b"a\n" * 100, executable=False)}

    found = {each.path: each for each in Differ(pairs=8 * 9 + 6 * 7).compare(before, after | added)}

    assert [path for path, each in found.items() if each.diff] == ["new", "x", "z"]
    assert found["y"].note == (
        "Comparing 7 lines with 8 after the files before it takes too long; look at the proposal's branch."
    )


def test_the_longest_file_that_is_compared_takes_all_pairs_of_an_answer():
    before, after = (FileState(b"a\n" * 4_999 + end, executable=False) for end in (b"b\n", b"c\n"))

    first, second = Differ().compare({"x": before, "y": before}, {"x": after, "y": after})

    assert first.diff
    assert (second.diff, second.note) == (
        "",
        "Comparing 5,000 lines with 5,000 after the files before it takes too long; look at the proposal's branch.",
    )
