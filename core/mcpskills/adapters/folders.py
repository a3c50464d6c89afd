"""Skill folders on a disk: finding them and reading them, without following a single link.

Only `.git` is passed over. `__pycache__`, `.DS_Store` and the like are read and published, as Git would if they were committed.
"""

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from mcpskills.errors import NotFoundError
from mcpskills.folder import ENTRY_LIMIT, READ_LIMIT, SKILL_FILE, Entry, EntryKind, SkillFolder

_IGNORED = ".git"
_FRESH_NS = 2_000_000_000
_UNREADABLE = Entry(EntryKind.SPECIAL, b"", 0)
# O_NONBLOCK: a file that was swapped for a pipe after it was looked at must not hang the reader.
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def find(root: Path) -> list[Path]:
    """The skill folders in a plain folder, sorted.

    That is `root` itself when it holds a SKILL.md in whatever case, else the outermost folders below it that do.
    Raises `NotFoundError` when `root` is no folder.
    """
    if not root.is_dir():
        raise NotFoundError(f"{root} is not a folder.")
    return sorted(_find(root))


def find_below(root: Path) -> list[Path]:
    """As `find`, but `root` itself is never a skill, as with the `skills` folder of a registry repository."""
    if not root.is_dir():
        raise NotFoundError(f"{root} is not a folder.")
    return sorted(found for child in _folders(_listing(root) or []) for found in _find(child))


def read(path: Path, as_path: str) -> SkillFolder:
    """The folder as it stands on disk; never raises for what is inside. Raises `NotFoundError` when `path` is no folder.

    At most `ENTRY_LIMIT` entries. The content of files is left out once `READ_LIMIT` bytes were read. What cannot be read
    becomes `SPECIAL`.
    """
    if not path.is_dir():
        raise NotFoundError(f"{path} is not a folder.")
    budget = READ_LIMIT
    entries: dict[str, Entry] = {}
    for at, item in sorted(_walk(path), key=lambda found: (found[0] != SKILL_FILE, found[0])):
        entries[at] = _entry(item, budget) if item else _UNREADABLE
        budget -= len(entries[at].content)
    return SkillFolder(as_path, dict(sorted(entries.items())))


def stamp(path: Path) -> str | None:
    """Changes when anything in the folder changes; None while it is too fresh to be sure, or cannot be looked at.

    As Git does it: by sizes, times and inodes, without reading a file. A file that changes twice within one tick of the
    file system's clock looks the same, so what changed in the last two seconds has no stamp.
    """
    whole = hashlib.sha256()
    newest = 0
    try:
        for at, item in sorted(_walk(path), key=lambda found: found[0]):
            if item is None:
                return None
            found = item.stat(follow_symlinks=False)
            newest = max(newest, found.st_mtime_ns, found.st_ctime_ns)
            seen = (at, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            whole.update(repr(seen).encode("utf-8", "surrogatepass"))
    except OSError:
        return None
    return whole.hexdigest() if newest < time.time_ns() - _FRESH_NS else None


def _walk(root: Path) -> Iterator[tuple[str, os.DirEntry[str] | None]]:
    """Everything below a folder but folders, by relative path, at most `ENTRY_LIMIT`; None for a folder that cannot be read."""
    pending, count = [(root, "")], 0
    while pending:
        folder, prefix = pending.pop()
        listing = _listing(folder)
        if listing is None and prefix:
            yield prefix.rstrip("/"), None
        for item in listing or ():
            at = prefix + os.fsencode(item.name).decode("utf-8", "surrogateescape")
            if item.is_dir(follow_symlinks=False):
                pending.append((Path(item.path), at + "/"))
                continue
            count += 1
            if count > ENTRY_LIMIT:
                return
            yield at, item


def _find(folder: Path) -> Iterator[Path]:
    pending = [folder]
    while pending:
        current = pending.pop()
        listing = _listing(current) or []
        if any(
            item.name.casefold() == SKILL_FILE.casefold() and not item.is_dir(follow_symlinks=False) for item in listing
        ):
            yield current
        else:
            pending.extend(_folders(listing))


def _folders(listing: list[os.DirEntry[str]]) -> list[Path]:
    return [Path(item.path) for item in listing if item.is_dir(follow_symlinks=False)]


def _listing(folder: Path) -> list[os.DirEntry[str]] | None:
    try:
        with os.scandir(folder) as items:
            return sorted((item for item in items if item.name != _IGNORED), key=lambda item: item.name)
    except OSError:
        return None


def _entry(item: os.DirEntry[str], budget: int) -> Entry:
    try:
        found = item.stat(follow_symlinks=False)
        if stat.S_ISLNK(found.st_mode):
            target = os.fsencode(Path(item.path).readlink())
            return Entry(EntryKind.SYMLINK, target, len(target))
        return _file(item.path, budget) if stat.S_ISREG(found.st_mode) else _UNREADABLE
    except OSError:
        return _UNREADABLE


def _file(path: str, budget: int) -> Entry:
    with os.fdopen(os.open(path, _OPEN), "rb") as opened:
        found = os.fstat(opened.fileno())
        if not stat.S_ISREG(found.st_mode):
            return _UNREADABLE
        kind = EntryKind.EXECUTABLE if found.st_mode & stat.S_IXUSR else EntryKind.FILE
        if found.st_size > budget:
            return Entry(kind, b"", found.st_size)
        # One byte more than allowed: a file that grows meanwhile must not fill the memory.
        content = opened.read(budget + 1)
    return Entry(kind, content, len(content)) if len(content) <= budget else Entry(kind, b"", len(content))
