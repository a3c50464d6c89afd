"""Merging trees: what both sides made of a common start, by folders and files. Content of files is never mixed."""

import stat

from dulwich.objects import ObjectID, Tree

from mcpskills.adapters.git import trees
from mcpskills.adapters.git.objects import Objects
from mcpskills.adapters.git.writing import Draft
from mcpskills.errors import ConflictError
from mcpskills.printable import quoted

_DEPTH = 100
_NAMED, _PATH = 5, 200

_Item = tuple[int, ObjectID] | None
"""Mode and id of what stands at a path; None for nothing."""


def merged(draft: Draft, base: ObjectID | None, ours: ObjectID, theirs: ObjectID) -> ObjectID:
    """The tree that has the changes of both sides since `base`. Raises `ConflictError` naming the paths that both changed."""
    merge = _Merge(draft)
    tree = merge.folder("", *(_folder(oid) for oid in (base, ours, theirs)))
    if merge.conflicts:
        named = ", ".join(quoted(path, _PATH) for path in merge.conflicts[:_NAMED])
        more = f" and {len(merge.conflicts) - _NAMED} more" if len(merge.conflicts) > _NAMED else ""
        raise ConflictError(
            f"The proposal does not merge cleanly: the tracked branch changed {named}{more} as well since it was made. "
            "Close it and propose the change anew."
        )
    return tree[1] if tree else draft.empty()


class _Merge:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._objects = Objects(draft.store)
        # Each three folders are merged once, however often they meet: trees of a few objects may have folders without end.
        self._done: dict[tuple[_Item, _Item, _Item], _Item] = {}
        self.conflicts: list[str] = []

    def folder(self, path: str, base: _Item, ours: _Item, theirs: _Item) -> _Item:
        """The folder of all that stands in one of the three; None when nothing is left of it."""
        three = (base, ours, theirs)
        if three not in self._done:
            self._done[three] = self._folder(path, *three)
        return self._done[three]

    def _folder(self, path: str, base: _Item, ours: _Item, theirs: _Item) -> _Item:
        sides = [self._inside(item) for item in (base, ours, theirs)]
        tree = Tree()
        for name in sorted(set().union(*sides)):
            below = f"{path}/{name.decode('utf-8', 'backslashreplace')}".removeprefix("/")
            item = self._item(below, *(side.get(name) for side in sides))
            if item:
                tree.add(name, *item)
        if not len(tree):
            return None
        self._draft.new[tree.id] = tree
        return stat.S_IFDIR, tree.id

    def _item(self, path: str, base: _Item, ours: _Item, theirs: _Item) -> _Item:
        if ours in (theirs, base):
            return theirs
        if theirs == base:
            return ours
        # A file where the start had none, or had something else, starts from nothing.
        if _is_folder(ours) and _is_folder(theirs) and path.count("/") < _DEPTH:
            return self.folder(path, base if _is_folder(base) else None, ours, theirs)
        self.conflicts.append(path)
        return ours

    def _inside(self, item: _Item) -> dict[bytes, _Item]:
        if item is None:
            return {}
        return {entry.path: (entry.mode, entry.sha) for entry in trees.read(self._objects, item[1])}


def _folder(oid: ObjectID | None) -> _Item:
    return (stat.S_IFDIR, oid) if oid else None


def _is_folder(item: _Item) -> bool:
    return item is not None and stat.S_ISDIR(item[0])
