"""By which commit of the branch a folder got the content that it has, or went away.

Several may have been merged since the last reconcile.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from mcpskills.adapters.git import signatures
from mcpskills.adapters.git.allowed_signers import AllowedSigners
from mcpskills.adapters.git.commits import CommitInfo
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import InvalidInputError
from mcpskills.provenance import Review
from mcpskills_publisher import vouching

COMMIT_LIMIT = 1_000
"""Commits that are looked at; what was there before them is said to come from the branch's head."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The commit that brought a folder's content into the branch, and how the commit says that it came in."""

    commit: CommitInfo
    review: Review


class Arrivals:
    """Those of some folders, as they are at the head, or are not any more.

    One walk back along first parents serves them all, as far as asked for. A merge therefore counts as one step:
    what it brings arrived by the merge, whatever commits it joins.
    """

    def __init__(
        self, repository: GitRepository, signers: AllowedSigners, head: CommitInfo, folders: Collection[str]
    ) -> None:
        self._repository = repository
        self._signers = signers
        self._head = head
        self._left = set(folders)
        self._at: CommitInfo | None = head
        self._looked_at = 0
        self._commits: dict[str, CommitInfo] = {}
        self._known: dict[str, Arrival] = {}

    def of(self, folder: str, renew: Callable[[], object]) -> Arrival:
        """That of one of the folders. Raises and renews as `commit` does."""
        commit = self.commit(folder, renew)
        if commit.id not in self._known:
            self._known[commit.id] = self._arrival(commit)
        return self._known[commit.id]

    def commit(self, folder: str, renew: Callable[[], object]) -> CommitInfo:
        """The last one that altered one of the folders. Raises `UnavailableError`.

        `renew` is called before each commit that is looked at: a long way back may take longer than a lease lasts.
        """
        while self._at is not None and folder in self._left:
            renew()
            self._look_at(self._at)
        return self._commits.get(folder, self._head)

    def _look_at(self, commit: CommitInfo) -> None:
        try:
            before = self._repository.before(commit)
            altered = self._repository.altered(before, commit, self._left)
        except InvalidInputError:
            # Nobody can tell what was before: a shallow clone ends here, or an object of long ago is malformed.
            self._at = None
            return
        self._commits |= dict.fromkeys(altered, commit)
        self._left -= altered
        self._looked_at += 1
        self._at = before if self._looked_at < COMMIT_LIMIT else None

    def _arrival(self, commit: CommitInfo) -> Arrival:
        signature = signatures.of(self._repository.raw_commit(commit.id), commit.committed_at, self._signers)
        return Arrival(commit, vouching.review(commit, signature))
