"""The Git repository around a folder on disk: which commits its revisions mean, and where two of them parted."""

import re
from pathlib import Path

from dulwich import graph, objectspec
from dulwich.objects import Commit, ObjectID
from dulwich.repo import Repo

from mcpskills.adapters.git.foreign import FOREIGN, why
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import InvalidInputError, NotFoundError
from mcpskills.printable import quoted

_REVISION = re.compile(r"(?P<name>.+?)(?:~(?P<back>[0-9]{1,4}))?")


class Checkout:
    """A clone with a work tree. `root` is its folder; the content of commits is read through `repository`."""

    def __init__(self, start: Path) -> None:
        """Find the repository around `start`. Raises `NotFoundError`."""
        try:
            self._repo = Repo.discover(str(start.resolve()))
        except FOREIGN as error:
            raise NotFoundError(f"{start} lies in no Git repository ({why(error)}).") from error
        self.root = Path(self._repo.path)
        self.repository = GitRepository.open(str(self.root), self.root)

    def resolve(self, revision: str) -> str:
        """The commit that a branch, a tag, `HEAD`, an id or its beginning, or one of these with `~N` means.

        Raises `InvalidInputError`.
        """
        match = _REVISION.fullmatch(revision)
        try:
            commit = objectspec.parse_commit(self._repo, match["name"] if match else revision)
            for _ in range(int(match["back"] or 0) if match else 0):
                commit = self._commit(commit.parents[0])
        except (*FOREIGN, IndexError) as error:
            raise InvalidInputError(
                f"{quoted(revision)} is no commit of this clone; expected a branch, a tag or a commit id. "
                "In CI, check out with the whole history (`fetch-depth: 0`)."
            ) from error
        return commit.id.decode()

    def parting(self, base: str, head: str) -> str:
        """The newest commit that both descend from: what a pull request started from. Without one, `base` itself."""
        ids = [ObjectID(commit.encode()) for commit in (base, head)]
        try:
            found = graph.find_merge_base(self._repo, ids)
        except FOREIGN:
            # A shallow clone ends somewhere; then the difference to the base itself is the best that can be had.
            return base
        return found[0].decode() if found else base

    def _commit(self, oid: ObjectID) -> Commit:
        return objectspec.parse_commit(self._repo, oid)
