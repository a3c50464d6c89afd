"""What differs between two states of a skill's files, as people read it. Pure, and bounded: difflib takes long for long files."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

DIFF_CHARACTERS = 200_000
"""Of all diffs of one proposal; what comes after is left out and said to be."""

_LINES = 5_000
_LINE = 2_000
_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class FileState:
    content: bytes
    executable: bool


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One file. `diff` is unified, with the old and the new path; `note` says why there is none, or that it is not whole."""

    path: str
    change: str
    diff: str
    note: str | None


class Differ:
    """Compares files until the characters are used up, over all skills of one proposal."""

    def __init__(self, characters: int = DIFF_CHARACTERS) -> None:
        self._room = characters

    def compare(self, before: Mapping[str, FileState], after: Mapping[str, FileState]) -> Iterator[FileDifference]:
        """The files that differ, in the order of their paths."""
        for path in sorted(before.keys() | after.keys()):
            old, new = before.get(path), after.get(path)
            if old == new:
                continue
            change = "added" if old is None else "removed" if new is None else "changed"
            diff, note = self._diff(path, old, new)
            self._room -= len(diff)
            yield FileDifference(path, change, diff, note)

    def _diff(self, path: str, old: FileState | None, new: FileState | None) -> tuple[str, str | None]:
        if self._room <= 0:
            return "", "There is no room for more differences; look at the proposal's branch."
        if old and new and old.content == new.content:
            return "", f"The file is {'' if new.executable else 'no longer '}executable now; its content is the same."
        lines = [_lines(side) for side in (old, new)]
        if lines[0] is None or lines[1] is None:
            return "", "The content is no text, or too long to compare."
        diff = "\n".join(
            difflib.unified_diff(
                lines[0],
                lines[1],
                f"a/{path}" if old else "/dev/null",
                f"b/{path}" if new else "/dev/null",
                n=_CONTEXT,
                lineterm="",
            )
        )
        if len(diff) <= self._room:
            return diff, None if diff else "Only the end of the last line differs."
        return diff[: self._room].rpartition("\n")[0], "The rest does not fit here; look at the proposal's branch."


def _lines(side: FileState | None) -> list[str] | None:
    """The lines of a file; None for one that nobody reads line by line."""
    try:
        lines = side.content.decode("utf-8").splitlines() if side else []
    except UnicodeDecodeError:
        return None
    return None if len(lines) > _LINES or any(len(line) > _LINE for line in lines) or _is_binary(side) else lines


def _is_binary(side: FileState | None) -> bool:
    return side is not None and b"\0" in side.content
