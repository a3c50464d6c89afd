"""The registry repository as the publisher reads it."""

import contextlib
import os
from collections import deque
from collections.abc import Collection, Iterator
from pathlib import Path

from dulwich.objects import Commit, ObjectID
from dulwich.refs import Ref, local_branch_name
from dulwich.repo import Repo

from mcpskills.adapters.git import commits, trees
from mcpskills.adapters.git.commits import CommitInfo
from mcpskills.adapters.git.foreign import corrupted, unavailable
from mcpskills.adapters.git.location import Location
from mcpskills.adapters.git.objects import OBJECT_LIMIT, Objects
from mcpskills.adapters.git.remote import PROPOSALS, Remote
from mcpskills.errors import InvalidInputError, TooLargeError
from mcpskills.folder import READ_LIMIT, EntryKind, SkillFolder
from mcpskills.printable import quoted

_SHOWN = 200


class GitRepository:
    """A repository on this machine, bare or not, or a mirror of one at a URL; a work tree is never touched.

    Commits and trees are hex ids. One caller at a time. Every method raises `UnavailableError` when the repository cannot be
    used, and `InvalidInputError` for what was pushed into it and cannot be read, unless it says otherwise.
    """

    def __init__(self, location: Location, remote: Remote | None) -> None:
        self.location = location
        self._remote = remote
        self._branch = ""
        with self._using("opened"):
            self._repo = self._open()

    @classmethod
    def open(cls, location: str, mirrors: Path) -> "GitRepository":
        """Open a path or a URL; the mirror of a URL stands in the folder `mirrors`."""
        where = Location(location)
        return cls(where, Remote(where, mirrors) if where.remote else None)

    @property
    def watched(self) -> Path | None:
        """The folder in which a push to a local repository shows: packed-refs and refs/. None for a URL."""
        return None if self._remote else Path(os.fsdecode(self._repo.commondir()))

    def close(self) -> None:
        """Let go of open files; the next call opens what it needs."""
        self._repo.close()

    def fetch(self, branch: str) -> None:
        """Bring a branch and the proposals from the URL; for a local repository, only forget what was cached of it."""
        self._branch = branch
        with self._using("read"):
            self.close()
            self._repo = self._open()
            if self._remote:
                self._remote.fetch(self._repo, branch)

    def head(self, branch: str) -> str | None:
        """The commit of a branch; None while there is no such branch."""
        with self._using("read"):
            oid = self._repo.refs.follow(local_branch_name(branch.encode()))[1]
            return oid.decode() if oid else None

    def proposals(self) -> dict[str, str]:
        """The commits of the branches `proposal/*` by branch."""
        with self._using("read"):
            found = self._repo.refs.as_dict(Ref(PROPOSALS.rstrip(b"/")))
            return {f"proposal/{name.decode('utf-8', 'backslashreplace')}": oid.decode() for name, oid in found.items()}

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether the ancestor is the commit itself or one of its forefathers; an unknown commit has none."""
        with self._using("read"):
            start, wanted = _oid(commit), _oid(ancestor)
            objects, shallow = self._objects(), self._repo.get_shallow()
            if start not in objects:
                return False
            waiting, seen = deque([start]), {start}
            while waiting:
                oid = waiting.popleft()
                if oid == wanted:
                    return True
                parents = () if oid in shallow else commits.parents(objects, oid)
                fresh = [parent for parent in parents if parent not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
            return False

    def commit(self, commit: str) -> CommitInfo:
        with self._using("read"):
            return commits.read(self._objects(), _oid(commit))

    def raw_commit(self, commit: str) -> bytes:
        """A commit's bytes as its id counts them: what a signature is made over, see `signatures.of`."""
        with self._using("read"):
            return self._objects().read(_oid(commit), Commit, OBJECT_LIMIT)

    def skill_folders(self, commit: str, known: Collection[str] = ()) -> dict[str, str]:
        """Tree ids of the skill folders by path, see `trees.skill_trees`; a tree that is `known` as a skill is not opened."""
        with self._using("read"):
            objects = self._objects()
            return trees.skill_trees(objects, commits.read(objects, _oid(commit)).tree, known)

    def folder(self, path: str, tree: str) -> SkillFolder:
        """The skill folder with this tree id. Raises `CorruptedError` and `InvalidInputError`, which concern this folder only."""
        name = f"The folder {quoted(path, _SHOWN)}"
        try:
            with corrupted(name):
                return SkillFolder(path, trees.entries(self._objects(), _oid(tree)))
        except InvalidInputError as error:
            raise InvalidInputError(f"{name} cannot be published. {error.message}") from error

    def file(self, commit: str, path: str) -> bytes | None:
        """A file's bytes, None when no file stands there.

        Raises `TooLargeError` above `READ_LIMIT`, and `InvalidInputError` for a link or a submodule: whoever looks at a work
        tree may see a file there.
        """
        with self._using("read"):
            objects = self._objects()
            found = trees.find(objects, commits.read(objects, _oid(commit)).tree, path)
            entry = trees.read_entry(objects, found, READ_LIMIT) if found else None
        if entry is None or entry.kind is EntryKind.SPECIAL:
            return None
        if not entry.is_file:
            raise InvalidInputError(f"{path} is a {entry.kind} in the repository; expected a file.")
        if entry.size > READ_LIMIT:
            raise TooLargeError(f"{path} has {entry.size} bytes; at most {READ_LIMIT} are read.")
        return entry.content

    @contextlib.contextmanager
    def writing(self) -> Iterator[tuple[Repo, Remote | None]]:
        """For the forge: the repository to write objects into, and where a branch must be pushed to be seen."""
        with self._using("written to"):
            yield self._repo, self._remote

    def _open(self) -> Repo:
        return self._remote.open() if self._remote else Repo(os.fspath(self.location.folder))

    def _objects(self) -> Objects:
        return Objects(self._repo.object_store)

    def _using(self, verb: str) -> contextlib.AbstractContextManager[None]:
        of = f" (branch {self._branch!r})" if self._branch else ""
        advice = (
            "Check the address, the credentials and the network."
            if self._remote
            else "Check that the path names a Git repository that this user may read and write."
        )
        return unavailable(f"The registry repository {self.location.shown}{of} cannot be {verb}", advice)


def _oid(text: str) -> ObjectID:
    return ObjectID(text.encode("ascii"))
