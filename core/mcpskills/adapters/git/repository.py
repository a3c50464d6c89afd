"""The registry repository as the publisher reads it."""

import contextlib
import os
import stat
from collections import deque
from collections.abc import Collection, Iterator
from pathlib import Path

from dulwich.objects import Commit, ObjectID
from dulwich.refs import HEADREF, Ref, check_ref_format, local_branch_name
from dulwich.repo import Repo

from mcpskills.adapters.git import commits, trees
from mcpskills.adapters.git.commits import CommitInfo
from mcpskills.adapters.git.foreign import corrupted, unavailable
from mcpskills.adapters.git.location import Location
from mcpskills.adapters.git.moves import Move, apply
from mcpskills.adapters.git.objects import OBJECT_LIMIT, Objects
from mcpskills.adapters.git.remote import PROPOSALS, Credentials, Remote
from mcpskills.adapters.git.writing import Draft
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
    def open(cls, location: str, mirrors: Path, credentials: Credentials | None = None) -> "GitRepository":
        """Open a path or a URL; the mirror of a URL stands in the folder `mirrors`.

        `credentials` are asked at every fetch and push over HTTP, and what they raise passes through; without, those in the URL
        are used.
        """
        where = Location(location)
        return cls(where, Remote(where, mirrors, credentials) if where.remote else None)

    @property
    def watched(self) -> Path | None:
        """The folder in which a push to a local repository shows: packed-refs and refs/. None for a URL."""
        return None if self._remote else Path(os.fsdecode(self._repo.commondir()))

    def close(self) -> None:
        """Let go of open files; the next call opens what it needs."""
        self._repo.close()

    @property
    def checked_out(self) -> str | None:
        """The reference that a work tree on this machine shows: if it moves, the files do not follow. None for a bare one."""
        if self._remote or self._repo.bare:
            return None
        with self._using("read"):
            return self._repo.refs.follow(HEADREF)[0][-1].decode("utf-8", "backslashreplace")

    def fetch(self, branch: str, also: Collection[str] = ()) -> None:
        """Bring a branch, the proposals and the references `also` from the URL; of a local repository, only forget the cache."""
        self._branch = branch
        with self._using("read"):
            self.close()
            self._repo = self._open()
            if self._remote:
                self._remote.fetch(self._repo, branch, also)

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

    def reference(self, name: str) -> str | None:
        """What a reference such as `refs/pull/7/head` names; None while there is none, or none can have this name."""
        ref = Ref(name.encode("utf-8", "surrogateescape"))
        if not check_ref_format(ref):
            return None
        with self._using("read"):
            oid = self._repo.refs.follow(ref)[1]
            return oid.decode() if oid else None

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether the ancestor is the commit itself or one of its forefathers; an unknown commit has none."""
        with self._using("read"):
            return _oid(ancestor) in self._line(commit)

    def contained(self, commit: str, others: Collection[str]) -> frozenset[str]:
        """Those of the others that the commit is or descends from, by one walk for all of them."""
        with self._using("read"):
            left = {_oid(other): other for other in others}
            found = set[str]()
            for oid in self._line(commit) if left else ():
                if oid in left:
                    found.add(left.pop(oid))
                    if not left:
                        break
            return frozenset(found)

    def parting(self, commit: str, other: str) -> str | None:
        """The newest commit that both descend from, what a merge starts from; None when they have nothing in common."""
        with self._using("read"):
            shared = set(self._line(commit))
            met = [oid for oid in self._line(other, until=shared) if oid in shared]
            # Where histories met more than once, the newest is the one that none of the others descends from.
            older = set(self._above(met)) if len(met) > 1 else ()
            return next((oid.decode() for oid in met if oid not in older), None)

    def _line(self, commit: str, until: Collection[ObjectID] = ()) -> Iterator[ObjectID]:
        """A commit and its forefathers down to those in `until`, the nearest first; nothing for an unknown commit."""
        start = _oid(commit)
        if start in self._objects():
            yield start
            yield from self._above([start], until)

    def _above(self, below: Collection[ObjectID], until: Collection[ObjectID] = ()) -> Iterator[ObjectID]:
        """The forefathers of some commits down to those in `until`, each once; some of the commits may be among them."""
        objects, shallow = self._objects(), self._repo.get_shallow()
        waiting, seen = deque(below), set[ObjectID]()
        while waiting:
            oid = waiting.popleft()
            if oid in shallow or oid in until:
                continue
            # A commit may name one parent many times.
            fresh = [parent for parent in dict.fromkeys(commits.parents(objects, oid)) if parent not in seen]
            yield from fresh
            seen.update(fresh)
            waiting.extend(fresh)

    def holds(self, commit: str) -> bool:
        """Whether there is an object of this id; whoever writes down an id may write any."""
        with self._using("read"):
            objects = self._objects()
            return len(commit) == 2 * objects.id_length and _oid(commit) in objects

    def commit(self, commit: str) -> CommitInfo:
        with self._using("read"):
            return commits.read(self._objects(), _oid(commit))

    def before(self, commit: CommitInfo) -> CommitInfo | None:
        """The commit that a branch was at before this one, its first parent; None for the first of all.

        Raises `InvalidInputError` where a shallow clone ends.
        """
        with self._using("read"):
            if _oid(commit.id) in self._repo.get_shallow():
                raise InvalidInputError(f"The repository holds nothing of what was before the commit {commit.id}.")
            return commits.read(self._objects(), _oid(commit.parents[0])) if commit.parents else None

    def raw_commit(self, commit: str) -> bytes:
        """A commit's bytes as its id counts them: what a signature is made over, see `signatures.of`."""
        with self._using("read"):
            return self._objects().read(_oid(commit), Commit, OBJECT_LIMIT)

    def skill_folders(self, commit: str, known: Collection[str] = ()) -> dict[str, str]:
        """Tree ids of the skill folders by path, see `trees.skill_trees`; a tree that is `known` as a skill is not opened."""
        with self._using("read"):
            objects = self._objects()
            return trees.skill_trees(objects, commits.read(objects, _oid(commit)).tree, known)

    def differences(self, before: str | None, after: str, beside: Collection[str], limit: int) -> list[str]:
        """The paths that differ between two commits, see `trees.differences`."""
        with self._using("read"):
            objects = self._objects()
            roots = [commits.read(objects, _oid(commit)).tree if commit else None for commit in (before, after)]
            return trees.differences(objects, roots[0], roots[1], beside, limit)

    def altered(self, before: CommitInfo | None, after: CommitInfo, folders: Collection[str]) -> set[str]:
        """Those of the folders that differ between two commits, see `trees.altered`."""
        with self._using("read"):
            return trees.altered(self._objects(), before.tree if before else None, after.tree, folders)

    def folder_tree(self, commit: str, path: str) -> str | None:
        """The tree id of a folder; None when none stands there."""
        with self._using("read"):
            objects = self._objects()
            found = trees.find(objects, commits.read(objects, _oid(commit)).tree, path)
            return found.sha.decode() if found and stat.S_ISDIR(found.mode) else None

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
    def drafting(self) -> Iterator[Draft]:
        """For forges: objects to be written, which `move` makes part of the repository."""
        with self._using("written to"):
            yield Draft(self._repo.object_store)

    def move(self, draft: Draft, *moves: Move) -> None:
        """Write what was drafted and move references, in this order, here and at the URL. Raises `MovedError`."""
        with self._using("written to"):
            draft.save()
            if self._remote:
                self._remote.push(moves, list(draft.new.values()))
            # Opened anew, because packed references that were read before the lock may be of long ago.
            with contextlib.closing(self._open()) as repo:
                apply(repo, moves)

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
