"""What differs between two states of a skill's files, as people read it. Pure, and bounded: difflib takes long for long files."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mcpskills.printable import printable

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
    """One file. `diff` is unified, with the old and the new path.

    `note` says why there is none, that it is not whole, or that the file may be run now or no longer. Whatever
    could hide something in a line of it is escaped.
    """

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
            diff, said = self._diff(path, old, new)
            note = " ".join(filter(None, (_mode(old, new), said))) or None
            self._room -= len(diff)
            yield FileDifference(path, change, diff, note)

    def _diff(self, path: str, old: FileState | None, new: FileState | None) -> tuple[str, str | None]:
        if self._room <= 0:
            return "", "There is no room for more differences; look at the proposal's branch."
        if old and new and old.content == new.content:
            return "", "Its content is the same."
        lines = [_lines(side) for side in (old, new)]
        if lines[0] is None or lines[1] is None:
            return "", "The content is no text, or too long to compare."
        diff = difflib.unified_diff(
            lines[0],
            lines[1],
            f"a/{path}" if old else "/dev/null",
            f"b/{path}" if new else "/dev/null",
            n=_CONTEXT,
            lineterm="",
        )
        return self._fitting(map(_escaped, diff))

    def _fitting(self, diff: Iterator[str]) -> tuple[str, str | None]:
        shown: list[str] = []
        room = self._room
        for line in diff:
            room -= len(line) + 1
            if room < 0:
                return "\n".join(shown), "The rest does not fit here; look at the proposal's branch."
            shown.append(line)
        return "\n".join(shown), None if shown else "Only the end of the last line differs."


def _mode(old: FileState | None, new: FileState | None) -> str | None:
    """What changed of whether the file may be run; of a new one, whether it may."""
    before, after = old is not None and old.executable, new is not None and new.executable
    if new is None or before == after:
        return None
    return f"The file is {'' if after else 'no longer '}executable{'' if old is None else ' now'}."


def _escaped(line: str) -> str:
    return "\t".join(printable(part, len(part)) for part in line.split("\t"))


def _lines(side: FileState | None) -> list[str] | None:
    """The lines of a file; None for one that nobody reads line by line."""
    try:
        # Of all that Python takes for the end of a line, a shell knows only this.
        lines = side.content.decode("utf-8").split("\n") if side else []
    except UnicodeDecodeError:
        return None
    if lines and not lines[-1]:
        lines.pop()
    return None if len(lines) > _LINES or any(len(line) > _LINE for line in lines) or _is_binary(side) else lines


def _is_binary(side: FileState | None) -> bool:
    return side is not None and b"\0" in side.content
