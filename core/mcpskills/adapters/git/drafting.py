"""The commits that forges write: a proposal on top of the tracked branch, and a merge of the two."""

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from dulwich.objects import ObjectID

from mcpskills.adapters.git import commits, merging, trees
from mcpskills.adapters.git.objects import Objects
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.git.writing import Draft, identity
from mcpskills.errors import ConflictError
from mcpskills.proposal import ProposedChange

PREFIX = "proposal/"
_SLUG_LENGTH = 40


def branch_for(title: str) -> str:
    """A branch that no other proposal has, with the title's words in it."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:_SLUG_LENGTH].strip("-")
    return f"{PREFIX}{words or 'change'}-{secrets.token_hex(4)}"


def standing(repository: GitRepository, tracked: str, change: ProposedChange) -> Iterator[str]:
    """The branches `proposal/*` that make exactly this change to what the tracked branch has, in a single commit."""
    with repository.drafting() as draft:
        objects = Objects(draft.store)
        wanted = draft.folder(change.entries)
        there = trees.find(objects, commits.read(objects, ObjectID(tracked.encode())).tree, change.folder)
        present = there.sha if there else None

        @cache
        def changed(base: ObjectID) -> ObjectID | None:
            """The tree that the change makes of a commit's, which most proposals have in common; None for no change.

            What started from other content of the folder would not merge any more, or take something back.
            """
            made = _with(draft, base, change.folder, wanted)
            return made if _with(draft, base, change.folder, present) == base != made else None

        for branch, head in repository.proposals().items():
            parents = commits.parents(objects, ObjectID(head.encode()))
            if len(parents) != 1:
                continue
            base, made = (commits.read(objects, oid).tree for oid in (parents[0], ObjectID(head.encode())))
            if changed(base) == made and repository.descends(tracked, parents[0].decode()):
                yield branch


def title_of(change: ProposedChange) -> str:
    """The title in one line."""
    return " ".join(change.title.split())


def proposed(draft: Draft, base: str, change: ProposedChange) -> ObjectID:
    """A commit on top of `base` that makes the change. Raises `ConflictError` when it changes nothing, `InvalidInputError`."""
    parent = ObjectID(base.encode())
    before = commits.read(Objects(draft.store), parent).tree
    tree = _with(draft, before, change.folder, draft.folder(change.entries))
    if tree == before:
        raise ConflictError(f"The proposal would change nothing: {change.folder} holds exactly these files already.")
    message = f"{title_of(change)}\n\n{change.body.strip()}\n".rstrip() + "\n"
    return draft.commit(tree, [parent], author=identity(change.author), message=message, at=datetime.now(UTC))


def merge(draft: Draft, start: str | None, into: str, head: str, *, by: str, message: str) -> ObjectID:
    """A commit that has both sides as parents and the changes of both since `start`. Raises `ConflictError`."""
    objects = Objects(draft.store)
    parents = [ObjectID(oid.encode()) for oid in (into, head)]
    ours, theirs = (commits.read(objects, parent).tree for parent in parents)
    base = commits.read(objects, ObjectID(start.encode())).tree if start else None
    tree = merging.merged(draft, base, ours, theirs)
    return draft.commit(tree, parents, author=identity(by), message=message, at=datetime.now(UTC))


def _with(draft: Draft, root: ObjectID, path: str, folder: ObjectID | None) -> ObjectID:
    return draft.replace(root, path, folder) or draft.empty()
