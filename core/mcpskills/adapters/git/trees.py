"""Reading trees: which folders are skills, and what a folder holds. Costs are bounded, however a tree was made."""

import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from dulwich.objects import S_ISGITLINK, Blob, ObjectID, Tree, TreeEntry

from mcpskills.adapters.git.foreign import BadObjectError
from mcpskills.adapters.git.objects import Objects
from mcpskills.claims import SKILLS_ROOT
from mcpskills.errors import TooLargeError
from mcpskills.folder import ENTRY_LIMIT, READ_LIMIT, SKILL_FILE, Entry, EntryKind
from mcpskills.printable import quoted

FOLDER_LIMIT = 120_000
"""Folders below `skills/` down to the skills, which may be 100,000; a tree that refers to itself can feign any number."""

SEEN_LIMIT = 1_000_000
"""Entries of all trees that are opened to tell skills from other folders."""

TREE_LIMIT = 8 * 1024 * 1024
"""Bytes of one tree; room for 100,000 skills in one folder."""

PATH_LIMIT = 4096
"""Bytes of a path below which nothing is looked for; no file system goes deeper."""

_SKILL_FILE = SKILL_FILE.casefold()


def skill_trees(objects: Objects, root: ObjectID, known: Collection[str]) -> dict[str, str]:
    r"""The tree id of every skill folder by its path, as `claims.skill_folders` finds them; no blob is read.

    `root` is the tree of the whole commit. A tree whose id is `known` to be a skill is not opened. A folder that cannot be read
    counts as a skill, so that somebody is told. Bytes of a path that are not UTF-8 appear as `\xff`. Raises `TooLargeError`, and
    `BadObjectError` for the root and for `skills` itself.
    """
    top = _child(objects, root, SKILLS_ROOT.encode())
    search = _Search(objects)
    found: dict[str, str] = {}
    waiting = [(SKILLS_ROOT.encode(), _folders(read(objects, top)))] if top else []
    visited = 0
    while waiting:
        path, folders = waiting.pop()
        for name, oid in folders:
            visited += 1
            if visited > FOLDER_LIMIT:
                raise TooLargeError(f"There are more than {FOLDER_LIMIT} folders below {SKILLS_ROOT}/.")
            below = path + b"/" + name
            if len(below) > PATH_LIMIT:
                continue
            inside = None if oid.decode() in known else search.below(oid)
            if inside is None:
                found[below.decode("utf-8", "backslashreplace")] = oid.decode()
            else:
                waiting.append((below, inside))
    return dict(sorted(found.items()))


def entries(objects: Objects, root: ObjectID) -> dict[str, Entry]:
    """What a skill's tree holds, by relative path; see `folder.SkillFolder`.

    The content of files is left out once `READ_LIMIT` bytes were loaded, SKILL.md first. Raises `BadObjectError`, and
    `TooLargeError` above `ENTRY_LIMIT` files and folders.
    """
    found = sorted(_walk(objects, root), key=lambda item: item[0] != SKILL_FILE.encode())
    budget = READ_LIMIT
    loaded: dict[str, Entry] = {}
    for path, entry in found:
        item = read_entry(objects, entry, budget)
        budget -= len(item.content)
        loaded[path.decode("utf-8", "surrogateescape")] = item
    return dict(sorted(loaded.items()))


def differences(
    objects: Objects, before: ObjectID | None, after: ObjectID | None, beside: Collection[str], limit: int
) -> list[str]:
    """Paths of what stands in one tree and not in the same way in the other, without what is below folders in `beside`.

    At most `limit` of them, in no order that matters. Raises `TooLargeError` when too many folders have to be compared.
    """
    found: list[str] = []
    comparison = _Comparison(objects)
    # The name stands beside its path, so that those of one folder share that.
    waiting: list[tuple[bytes, bytes, ObjectID | None, ObjectID | None]] = [(b"", b"", before, after)]
    while waiting and len(found) < limit:
        over, folder, *sides = waiting.pop()
        above = over + folder
        old, new = comparison.sides(*sides)
        for name in sorted(old.keys() | new.keys()):
            one, other = old.get(name), new.get(name)
            path = above + name
            if one == other or path.decode("utf-8", "backslashreplace") in beside or len(path) > PATH_LIMIT:
                continue
            if any(side and not stat.S_ISDIR(side.mode) for side in (one, other)):
                found.append(path.decode("utf-8", "backslashreplace"))
            folders = [_folder(side) for side in (one, other)]
            if any(folders):
                waiting.append((above, name + b"/", folders[0], folders[1]))
    return sorted(found)[:limit]


def altered(objects: Objects, before: ObjectID | None, after: ObjectID, folders: Collection[str]) -> set[str]:
    """Those of the folders that do not stand in the same way in both trees; only what leads to them is opened."""
    found: set[str] = set()
    waiting: list[tuple[str, ObjectID | None, ObjectID | None]] = [("", before, after)] if before != after else []
    while waiting:
        above, *sides = waiting.pop()
        old, new = ({entry.path: entry for entry in read(objects, oid)} if oid else {} for oid in sides)
        for name in {entry.path for entry in set(old.values()) ^ set(new.values())}:
            path = above + name.decode("utf-8", "surrogateescape")
            if path in folders:
                found.add(path)
            elif any(folder.startswith(f"{path}/") for folder in folders):
                waiting.append((f"{path}/", _folder(old.get(name)), _folder(new.get(name))))
    return found


def find(objects: Objects, root: ObjectID, path: str) -> TreeEntry | None:
    """What stands at a path below a tree, or None."""
    *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
    for folder in folders:
        below = _child(objects, root, folder)
        if below is None:
            return None
        root = below
    return next((entry for entry in read(objects, root) if entry.path == name), None)


def read_entry(objects: Objects, entry: TreeEntry, budget: int) -> Entry:
    """What a tree's entry stands for, without the content when that has more bytes than the budget."""
    if S_ISGITLINK(entry.mode):
        return Entry(EntryKind.SUBMODULE, b"", 0)
    kind = _kind(entry.mode)
    if kind is EntryKind.SPECIAL:
        return Entry(kind, b"", 0)
    stored = objects.locate(entry.sha)
    content = objects.load(stored, Blob) if stored.size <= budget else b""
    return Entry(kind, content, stored.size)


def read(objects: Objects, oid: ObjectID) -> list[TreeEntry]:
    """The entries of one tree, each name once. Raises `BadObjectError`."""
    raw = objects.read(oid, Tree, TREE_LIMIT)
    # A name that stands twice shows one file to `git show` and another to whoever reads the tree in another order.
    pattern = re.compile(rb"([0-7]{5,6}) ([^\0/]+)\0(.{%d})" % objects.id_length, re.DOTALL)
    found: dict[bytes, TreeEntry] = {}
    at = 0
    while at < len(raw):
        match = pattern.match(raw, at)
        if match is None:
            raise BadObjectError(f"The Git tree {oid.decode()} is malformed at byte {at}; commit the folder anew.")
        mode, name, sha = match.groups()
        if name in found:
            shown = quoted(name.decode("utf-8", "backslashreplace"))
            raise BadObjectError(f"The Git tree {oid.decode()} holds {shown} twice; commit the folder anew.")
        found[name] = TreeEntry(name, int(mode, 8), ObjectID(sha.hex().encode("ascii")))
        at = match.end()
    return list(found.values())


@dataclass(slots=True)
class _Search:
    """Tells skills from the folders above them; each tree is opened once, however often it is met."""

    objects: Objects
    seen: int = 0
    opened: dict[ObjectID, list[tuple[bytes, ObjectID]] | None] = field(default_factory=dict)

    def below(self, oid: ObjectID) -> list[tuple[bytes, ObjectID]] | None:
        """The folders in a folder; None for a skill. Raises `TooLargeError`."""
        if oid not in self.opened:
            self.opened[oid] = self._open(oid)
        return self.opened[oid]

    def _open(self, oid: ObjectID) -> list[tuple[bytes, ObjectID]] | None:
        try:
            inside = read(self.objects, oid)
        except BadObjectError:
            return None
        self.seen += len(inside)
        if self.seen > SEEN_LIMIT:
            raise TooLargeError(f"The folders below {SKILLS_ROOT}/ hold more than {SEEN_LIMIT} files and folders.")
        return None if any(map(_is_skill_file, inside)) else _folders(inside)


@dataclass(slots=True)
class _Comparison:
    """Opens the folders of two trees, each once; a tree of a few objects may have folders without end."""

    objects: Objects
    folders: int = 0
    seen: int = 0
    opened: dict[ObjectID, dict[bytes, TreeEntry]] = field(default_factory=dict)

    def sides(self, *oids: ObjectID | None) -> list[dict[bytes, TreeEntry]]:
        """What stands in a folder on each side, by name. Raises `TooLargeError`."""
        found = [self._inside(oid) if oid else {} for oid in oids]
        self.folders += 1
        self.seen += sum(map(len, found))
        if self.folders > FOLDER_LIMIT or self.seen > SEEN_LIMIT:
            raise TooLargeError(
                f"It differs in more than {FOLDER_LIMIT} folders, or in folders of more than {SEEN_LIMIT} files; at most so many "
                "are compared. Change less at once."
            )
        return found

    def _inside(self, oid: ObjectID) -> dict[bytes, TreeEntry]:
        if oid not in self.opened:
            self.opened[oid] = {entry.path: entry for entry in read(self.objects, oid)}
        return self.opened[oid]


def _walk(objects: Objects, root: ObjectID) -> Iterator[tuple[bytes, TreeEntry]]:
    """Blobs, links and submodules below a tree; a folder that is too deep appears itself."""
    waiting = [(b"", root)]
    met = 0
    while waiting:
        above, oid = waiting.pop()
        inside = read(objects, oid)
        met += len(inside)
        if met > ENTRY_LIMIT:
            raise TooLargeError(f"It holds more than {ENTRY_LIMIT} files and folders.")
        for entry in inside:
            path = above + entry.path
            if stat.S_ISDIR(entry.mode) and len(path) <= PATH_LIMIT:
                waiting.append((path + b"/", entry.sha))
            else:
                yield path, entry


def _kind(mode: int) -> EntryKind:
    if stat.S_ISLNK(mode):
        return EntryKind.SYMLINK
    if stat.S_ISREG(mode):
        return EntryKind.EXECUTABLE if mode & 0o100 else EntryKind.FILE
    return EntryKind.SPECIAL


def _is_skill_file(entry: TreeEntry) -> bool:
    name = entry.path.decode("utf-8", "surrogateescape").casefold()
    return name == _SKILL_FILE and not stat.S_ISDIR(entry.mode)


def _folders(inside: list[TreeEntry]) -> list[tuple[bytes, ObjectID]]:
    return [(entry.path, entry.sha) for entry in inside if stat.S_ISDIR(entry.mode)]


def _child(objects: Objects, root: ObjectID, name: bytes) -> ObjectID | None:
    return _folder(next((entry for entry in read(objects, root) if entry.path == name), None))


def _folder(entry: TreeEntry | None) -> ObjectID | None:
    return entry.sha if entry and stat.S_ISDIR(entry.mode) else None
