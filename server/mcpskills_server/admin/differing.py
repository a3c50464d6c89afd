"""What differs between two states of a skill's files, as people read it. Pure, and bounded: difflib takes long for long files."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from mcpskills.printable import printable

DIFF_CHARACTERS = 200_000
"""Of all diffs of one answer; what comes after is left out and said to be."""

Kind: TypeAlias = Literal["added", "removed", "changed", "renamed"]

PAIRS = 25_000_000
"""Of lines of the two sides of files, in one answer: as many as a file of the most lines has. difflib's time grows with them."""

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
    change: Kind
    diff: str
    note: str | None


@dataclass(frozen=True, slots=True)
class FileMove:
    """A difference between two versions, with sizes in bytes. `old_path` is where a file was whose content is the same."""

    of: FileDifference
    old_path: str | None
    old_size: int | None
    new_size: int | None
    binary: bool


class Differ:
    """Compares files until the characters or the pairs of lines are used up, over all that one answer shows.

    `elsewhere` says where to see what does not fit.
    """

    def __init__(
        self,
        characters: int = DIFF_CHARACTERS,
        elsewhere: str = "look at the proposal's branch",
        *,
        pairs: int = PAIRS,
    ) -> None:
        self._room = characters
        self._elsewhere = elsewhere
        self._pairs = pairs

    def compare(self, before: Mapping[str, FileState], after: Mapping[str, FileState]) -> Iterator[FileDifference]:
        """The files that differ, in the order of their paths."""
        for path in sorted(before.keys() | after.keys()):
            old, new = before.get(path), after.get(path)
            if old == new:
                continue
            change: Kind = "added" if old is None else "removed" if new is None else "changed"
            diff, said = self._diff(path, old, new)
            note = " ".join(filter(None, (_mode(old, new), said))) or None
            self._room -= len(diff)
            yield FileDifference(path, change, diff, note)

    def moves(self, before: Mapping[str, FileState], after: Mapping[str, FileState]) -> list[FileMove]:
        """As `compare`, but a file that went to another path with the same content is one difference, not two."""
        renamed = _renamed(before, after)
        stayed = {path: side for path, side in before.items() if path not in renamed.values()}
        changed = self.compare(stayed, {path: side for path, side in after.items() if path not in renamed})
        found = [_move(each, before.get(each.path), after.get(each.path)) for each in changed]
        for path, old_path in renamed.items():
            old, new = before[old_path], after[path]
            found.append(_move(FileDifference(path, "renamed", "", _mode(old, new)), old, new, old_path))
        return sorted(found, key=lambda move: move.of.path)

    def _diff(self, path: str, old: FileState | None, new: FileState | None) -> tuple[str, str | None]:
        if self._room <= 0:
            return "", f"There is no room for more differences; {self._elsewhere}."
        if old and new and old.content == new.content:
            return "", "Its content is the same."
        before, after = _lines(old), _lines(new)
        if before is None or after is None:
            return "", "The content is no text, or too long to compare."
        pairs = len(before) * len(after)
        if pairs > self._pairs:
            lines = f"{len(before):,} lines with {len(after):,}"
            return "", f"Comparing {lines} after the files before it takes too long; {self._elsewhere}."
        self._pairs -= pairs
        names = f"a/{path}" if old else "/dev/null", f"b/{path}" if new else "/dev/null"
        diff = difflib.unified_diff(before, after, *names, n=_CONTEXT, lineterm="")
        return self._fitting(map(_escaped, diff))

    def _fitting(self, diff: Iterator[str]) -> tuple[str, str | None]:
        shown: list[str] = []
        room = self._room
        for line in diff:
            room -= len(line) + 1
            if room < 0:
                return "\n".join(shown), f"The rest does not fit here; {self._elsewhere}."
            shown.append(line)
        return "\n".join(shown), None if shown else "Only the end of the last line differs."


def is_text(content: bytes) -> bool:
    """Whether people may read it: UTF-8 without a zero byte."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in content


def _move(found: FileDifference, old: FileState | None, new: FileState | None, old_path: str | None = None) -> FileMove:
    return FileMove(
        of=found,
        old_path=old_path,
        old_size=None if old is None else len(old.content),
        new_size=None if new is None else len(new.content),
        binary=any(side is not None and not is_text(side.content) for side in (old, new)),
    )


def _renamed(before: Mapping[str, FileState], after: Mapping[str, FileState]) -> dict[str, str]:
    """By the new path, the one of a file with the same content that is gone. Empty files are all the same, and moved none."""
    gone: dict[bytes, list[str]] = {}
    for path in sorted(before.keys() - after.keys(), reverse=True):
        gone.setdefault(before[path].content, []).append(path)
    new = (path for path in sorted(after.keys() - before.keys()) if after[path].content)
    return {path: gone[after[path].content].pop() for path in new if gone.get(after[path].content)}


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
