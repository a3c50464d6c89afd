"""Reading trees: which folders are skills, and what a folder holds. Costs are bounded, however a tree was made."""

import stat
from collections.abc import Collection, Iterator

from dulwich.object_store import DiskObjectStore
from dulwich.objects import S_ISGITLINK, Blob, ObjectID, Tree, TreeEntry

from mcpskills.adapters.git.sizes import object_size
from mcpskills.claims import SKILLS_ROOT
from mcpskills.errors import TooLargeError
from mcpskills.folder import ENTRY_LIMIT, READ_LIMIT, SKILL_FILE, Entry, EntryKind

FOLDER_LIMIT = 200_000
"""Folders between `skills/` and the skills; a tree that refers to itself many times over can feign any number of them."""

PATH_LIMIT = 4096
"""Bytes of a path below which nothing is looked for; no file system goes deeper."""

_SKILL_FILE = SKILL_FILE.casefold()


def skill_trees(store: DiskObjectStore, root: ObjectID, known: Collection[str]) -> dict[str, str]:
    r"""The tree id of every skill folder by its path, as `claims.skill_folders` finds them; no blob is read.

    `root` is the tree of the whole commit. A tree whose id is `known` to be a skill is not opened. Bytes of a path that are
    not UTF-8 appear as `\xff`. Raises `TooLargeError`.
    """
    top = _child(store, root, SKILLS_ROOT.encode())
    opened: dict[ObjectID, Tree] = {}
    found: dict[str, str] = {}
    waiting = [(SKILLS_ROOT.encode(), top)] if top else []
    visited = 0
    while waiting:
        path, oid = waiting.pop()
        for entry in _once(store, oid, opened).iteritems():
            below = path + b"/" + entry.path
            if not stat.S_ISDIR(entry.mode) or len(below) > PATH_LIMIT:
                continue
            visited += 1
            if visited > FOLDER_LIMIT:
                raise TooLargeError(f"There are more than {FOLDER_LIMIT} folders below {SKILLS_ROOT}/.")
            if entry.sha.decode() in known or _is_skill(_once(store, entry.sha, opened)):
                found[below.decode("utf-8", "backslashreplace")] = entry.sha.decode()
            else:
                waiting.append((below, entry.sha))
    return dict(sorted(found.items()))


def entries(store: DiskObjectStore, root: ObjectID) -> dict[str, Entry]:
    """What a skill's tree holds, by relative path; see `folder.SkillFolder`.

    At most `ENTRY_LIMIT` entries. The content of files is left out once `READ_LIMIT` bytes were loaded, SKILL.md first.
    """
    found = [(path, entry) for path, entry in _walk(store, root)]
    found.sort(key=lambda item: item[0] != SKILL_FILE.encode())
    budget = READ_LIMIT
    loaded: dict[str, Entry] = {}
    for path, entry in found:
        item = read_entry(store, entry, budget)
        budget -= len(item.content)
        loaded[path.decode("utf-8", "surrogateescape")] = item
    return dict(sorted(loaded.items()))


def find(store: DiskObjectStore, root: ObjectID, path: str) -> TreeEntry | None:
    """What stands at a path below a tree, or None."""
    *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
    for folder in folders:
        below = _child(store, root, folder)
        if below is None:
            return None
        root = below
    return next((entry for entry in _tree(store, root).iteritems() if entry.path == name), None)


def read_entry(store: DiskObjectStore, entry: TreeEntry, budget: int) -> Entry:
    """What a tree's entry stands for, without the content when that has more bytes than the budget."""
    if S_ISGITLINK(entry.mode):
        return Entry(EntryKind.SUBMODULE, b"", 0)
    kind = _kind(entry.mode)
    if kind is EntryKind.SPECIAL:
        return Entry(kind, b"", 0)
    size = object_size(store, entry.sha)
    content = _blob(store, entry.sha) if size <= budget else b""
    return Entry(kind, content, size)


def _walk(store: DiskObjectStore, root: ObjectID) -> Iterator[tuple[bytes, TreeEntry]]:
    """Blobs, links and submodules below a tree; a folder that is too deep appears itself. Stops at the limit."""
    waiting = [(b"", root)]
    opened: dict[ObjectID, Tree] = {}
    yielded = visited = 0
    while waiting and visited < ENTRY_LIMIT:
        above, oid = waiting.pop()
        visited += 1
        for entry in _once(store, oid, opened).iteritems():
            path = above + entry.path
            if stat.S_ISDIR(entry.mode) and len(path) <= PATH_LIMIT:
                waiting.append((path + b"/", entry.sha))
                continue
            if yielded == ENTRY_LIMIT:
                return
            yielded += 1
            yield path, entry


def _kind(mode: int) -> EntryKind:
    if stat.S_ISLNK(mode):
        return EntryKind.SYMLINK
    if stat.S_ISREG(mode):
        return EntryKind.EXECUTABLE if mode & 0o100 else EntryKind.FILE
    return EntryKind.SPECIAL


def _is_skill(tree: Tree) -> bool:
    return any(
        not stat.S_ISDIR(entry.mode) and entry.path.decode("utf-8", "surrogateescape").casefold() == _SKILL_FILE
        for entry in tree.iteritems()
    )


def _child(store: DiskObjectStore, root: ObjectID, name: bytes) -> ObjectID | None:
    for entry in _tree(store, root).iteritems():
        if entry.path == name and stat.S_ISDIR(entry.mode):
            return entry.sha
    return None


def _once(store: DiskObjectStore, oid: ObjectID, opened: dict[ObjectID, Tree]) -> Tree:
    if oid not in opened:
        opened[oid] = _tree(store, oid)
    return opened[oid]


def _tree(store: DiskObjectStore, oid: ObjectID) -> Tree:
    found = store[oid]
    if not isinstance(found, Tree):
        raise ValueError(f"object {oid.decode()} is no tree")  # noqa: TRY004 - read as malformed data, see foreign.py
    return found


def _blob(store: DiskObjectStore, oid: ObjectID) -> bytes:
    found = store[oid]
    if not isinstance(found, Blob):
        raise ValueError(f"object {oid.decode()} is no blob")  # noqa: TRY004 - read as malformed data, see foreign.py
    return found.data
