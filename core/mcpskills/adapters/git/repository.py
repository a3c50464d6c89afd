"""The registry repository as the publisher reads it."""

import contextlib
import os
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dulwich.object_store import DiskObjectStore
from dulwich.objects import Commit, ObjectID
from dulwich.refs import Ref, local_branch_name
from dulwich.repo import Repo

from mcpskills.adapters.git import trees
from mcpskills.adapters.git.foreign import corrupted, unavailable
from mcpskills.adapters.git.location import Location
from mcpskills.adapters.git.remote import PROPOSALS, Remote
from mcpskills.errors import TooLargeError
from mcpskills.folder import READ_LIMIT, SkillFolder

_LAST_SECOND = 253402300799  # of the year 9999; a commit may claim any time


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """A commit's first line, who wrote it (without the address) and when, in UTC."""

    id: str
    title: str
    author: str
    committed_at: datetime
    parents: tuple[str, ...]


class GitRepository:
    """A repository on this machine, bare or not, or a mirror of one at a URL; a work tree is never touched.

    Commits and trees are hex ids. One caller at a time. Every method raises `UnavailableError` when the repository cannot be
    used, unless it says otherwise.
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
            if start not in self._store:
                return False
            parents = self._repo.parents_provider()
            waiting, seen = deque([start]), {start}
            while waiting:
                oid = waiting.popleft()
                if oid == wanted:
                    return True
                fresh = [parent for parent in parents.get_parents(oid) if parent not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
            return False

    def commit(self, commit: str) -> CommitInfo:
        with self._using("read"):
            found = self._commit(commit)
            return CommitInfo(
                id=commit,
                title=found.message.decode("utf-8", "replace").partition("\n")[0],
                author=found.author.decode("utf-8", "replace").partition("<")[0].strip(),
                committed_at=datetime.fromtimestamp(min(max(found.commit_time, 0), _LAST_SECOND), UTC),
                parents=tuple(parent.decode() for parent in found.parents),
            )

    def skill_folders(self, commit: str, known: Collection[str] = ()) -> dict[str, str]:
        """Tree ids of the skill folders by path, see `trees.skill_trees`; a tree that is `known` as a skill is not opened."""
        with self._using("read"):
            return trees.skill_trees(self._store, self._commit(commit).tree, known)

    def folder(self, path: str, tree: str) -> SkillFolder:
        """The skill folder with this tree id. Raises `CorruptedError`, which concerns this folder only."""
        with corrupted(f"The folder {path}"):
            return SkillFolder(path, trees.entries(self._store, _oid(tree)))

    def file(self, commit: str, path: str) -> bytes | None:
        """A file's bytes, None when there is no such file. Raises `TooLargeError` above `READ_LIMIT`."""
        with self._using("read"):
            found = trees.find(self._store, self._commit(commit).tree, path)
            entry = trees.read_entry(self._store, found, READ_LIMIT) if found else None
        if entry is None or not entry.is_file:
            return None
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

    @property
    def _store(self) -> DiskObjectStore:
        return self._repo.object_store

    def _commit(self, commit: str) -> Commit:
        found = self._store[_oid(commit)]
        if not isinstance(found, Commit):
            raise ValueError(f"object {commit} is no commit")  # noqa: TRY004 - read as malformed data, see foreign.py
        return found

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
