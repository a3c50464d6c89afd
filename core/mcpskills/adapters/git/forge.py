"""Proposals as branches of the registry repository, for a repository that has no pull requests of its own."""

import re
import secrets
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from threading import Lock

from dulwich.errors import SendPackError
from dulwich.objects import ObjectID
from dulwich.refs import local_branch_name

from mcpskills.adapters.git import commits
from mcpskills.adapters.git.objects import Objects
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.git.writing import Draft, identity
from mcpskills.errors import ConflictError, NotFoundError
from mcpskills.ports import Proposal, ProposedChange

_PREFIX = "proposal/"
_SLUG_LENGTH = 40


class LocalForge:
    """See `ports.Forge`. A proposal is a branch `proposal/<slug>-<id>` with one commit on top of the tracked branch.

    It is open until the tracked branch contains its commit or the branch is deleted.
    """

    def __init__(self, repository: GitRepository, branch: str) -> None:
        """The repository is the forge's own: nobody else calls it."""
        self._repository = repository
        self._branch = branch
        self._lock = Lock()

    def propose(self, change: ProposedChange) -> Proposal:
        """See `ports.Forge`. Raises `NotFoundError` while there is no tracked branch, `InvalidInputError` for bad paths."""
        with self._lock, closing(self._repository):
            self._repository.fetch(self._branch)
            base = self._repository.head(self._branch)
            if base is None:
                raise NotFoundError(
                    f"There is no branch {self._branch!r} to propose against: push a first commit to it."
                )
            branch = f"{_PREFIX}{_slug(change.title)}-{secrets.token_hex(4)}"
            with self._repository.writing() as (repo, remote):
                ref = local_branch_name(branch.encode())
                draft = Draft(repo.object_store)
                commit = _commit(draft, base, change)
                draft.save()
                if remote:
                    remote.push(ref, commit, list(draft.new.values()))
                if not repo.refs.add_if_new(ref, commit):
                    raise SendPackError(f"the branch {branch} exists already")
            return self._proposal(branch, commit.decode())

    def proposals(self) -> Sequence[Proposal]:
        with self._lock, closing(self._repository):
            self._repository.fetch(self._branch)
            head = self._repository.head(self._branch)
            found = [
                self._proposal(branch, commit)
                for branch, commit in self._repository.proposals().items()
                if head is None or not self._repository.descends(head, commit)
            ]
        return sorted(found, key=lambda proposal: (proposal.opened_at, proposal.id), reverse=True)

    def file(self, path: str) -> bytes | None:
        with self._lock, closing(self._repository):
            self._repository.fetch(self._branch)
            head = self._repository.head(self._branch)
            return None if head is None else self._repository.file(head, path)

    def _proposal(self, branch: str, commit: str) -> Proposal:
        info = self._repository.commit(commit)
        return Proposal(
            id=branch.removeprefix(_PREFIX),
            title=info.title,
            branch=branch,
            commit=commit,
            base=info.parents[0] if info.parents else "",
            author=info.author,
            opened_at=info.committed_at,
        )


def _commit(draft: Draft, base: str, change: ProposedChange) -> ObjectID:
    parent = ObjectID(base.encode())
    before = commits.read(Objects(draft.store), parent).tree
    tree = draft.replace(before, change.folder, draft.folder(change.entries)) or draft.empty()
    if tree == before:
        raise ConflictError(f"The proposal would change nothing: {change.folder} holds exactly these files already.")
    message = f"{' '.join(change.title.split())}\n\n{change.body.strip()}\n".rstrip() + "\n"
    return draft.commit(tree, [parent], author=identity(change.author), message=message, at=datetime.now(UTC))


def _slug(title: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return words[:_SLUG_LENGTH].strip("-") or "change"
