"""Making trees and commits in memory, from the entries of folders."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dulwich.object_store import DiskObjectStore
from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tree

from mcpskills.adapters.git import trees
from mcpskills.adapters.git.objects import Objects
from mcpskills.errors import InvalidInputError
from mcpskills.folder import Entry, EntryKind
from mcpskills.validation.rules.structure import safe_paths

COMMITTER = b"Open MCP Skills <registry@localhost>"

_MODES = {EntryKind.FILE: 0o100644, EntryKind.EXECUTABLE: 0o100755, EntryKind.SYMLINK: 0o120000}
_FORBIDDEN = frozenset({"", ".", ".."})


@dataclass(slots=True)
class Draft:
    """Objects on their way into a store; a tree without entries has no id, because Git keeps no empty folders."""

    store: DiskObjectStore
    new: dict[ObjectID, ShaFile] = field(default_factory=dict)

    def folder(self, entries: Mapping[str, Entry]) -> ObjectID | None:
        """The tree that holds exactly these entries. Raises `InvalidInputError` for what no tree can hold."""
        files: dict[str, Entry] = {}
        folders: dict[str, dict[str, Entry]] = {}
        for path, entry in entries.items():
            name, slash, rest = path.partition("/")
            _check(name, path)
            if slash:
                folders.setdefault(name, {})[rest] = entry
            else:
                files[name] = entry
        both = sorted(files.keys() & folders.keys())
        if both:
            raise InvalidInputError(f"{both[0]!r} is a file and a folder at once.")
        tree = Tree()
        for name, entry in files.items():
            tree.add(_bytes(name), _mode(name, entry), self._blob(entry.content))
        for name, below in folders.items():
            oid = self.folder(below)
            if oid:
                tree.add(_bytes(name), stat.S_IFDIR, oid)
        return self._tree(tree)

    def empty(self) -> ObjectID:
        """The tree of a commit that holds nothing."""
        return self._add(Tree())

    def replace(self, root: ObjectID | None, path: str, folder: ObjectID | None) -> ObjectID | None:
        """The tree `root` with another folder at a path, or none; all else as it is. Raises `InvalidInputError`."""
        name, slash, rest = path.partition("/")
        _check(name, path)
        tree = Tree()
        for entry in trees.read(Objects(self.store), root) if root else ():
            tree.add(entry.path, entry.mode, entry.sha)
        if slash:
            below = next((e.sha for e in tree.items() if e.path == _bytes(name) and stat.S_ISDIR(e.mode)), None)
            folder = self.replace(below, rest, folder)
        if folder:
            tree.add(_bytes(name), stat.S_IFDIR, folder)
        elif _bytes(name) in tree:
            del tree[_bytes(name)]
        return self._tree(tree)

    def commit(self, tree: ObjectID, parents: list[ObjectID], *, author: bytes, message: str, at: datetime) -> ObjectID:
        """A commit with a neutral committer. `author` is `Name <address>`."""
        commit = Commit()
        commit.tree = tree
        commit.parents = parents
        commit.author, commit.committer = author, COMMITTER
        commit.author_time = commit.commit_time = int(at.timestamp())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = message.encode("utf-8", "replace")
        return self._add(commit)

    def save(self) -> None:
        """Put every object into the store, those first that the others name."""
        for item in self.new.values():
            self.store.add_object(item)

    def _blob(self, content: bytes) -> ObjectID:
        return self._add(Blob.from_string(content))

    def _tree(self, tree: Tree) -> ObjectID | None:
        return self._add(tree) if len(tree) else None

    def _add(self, item: ShaFile) -> ObjectID:
        self.new[item.id] = item
        return item.id


def identity(author: str) -> bytes:
    """`Name <address>` as Git wants it; a name alone gets an empty address."""
    name, _, address = author.partition("<")
    clean = [re.sub(r"[<>\x00-\x1f\x7f]", "", part).strip() for part in (name, address)]
    return f"{clean[0] or 'unknown'} <{clean[1]}>".encode("utf-8", "replace")


def _check(name: str, path: str) -> None:
    if name in _FORBIDDEN or "\0" in name or safe_paths.names_git(name):
        raise InvalidInputError(f"The path {path!r} cannot stand in a repository: {name!r} is no name of a file.")


def _mode(name: str, entry: Entry) -> int:
    if entry.kind not in _MODES:
        raise InvalidInputError(f"{name!r} is a {entry.kind}; a proposal holds files and symbolic links only.")
    return _MODES[entry.kind]


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
