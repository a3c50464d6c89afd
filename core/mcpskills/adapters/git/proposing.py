"""What every forge does with Git alike when it opens a proposal, and when the tracked branch does not hold still."""

from dulwich.refs import local_branch_name

from mcpskills.adapters.git import drafting
from mcpskills.adapters.git.moves import Move, MovedError
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import NotFoundError, PreconditionFailedError, UnavailableError
from mcpskills.proposal import ProposedChange

TRIES = 10
"""Looks at a reference that others move at the same time, before somebody is told to try again."""


def push(repository: GitRepository, branch: str, tracked: str | None, change: ProposedChange) -> tuple[str, str]:
    """Put the change on a new branch on top of `tracked`, the head of `branch`; gives the new branch and its commit.

    Raises `NotFoundError` while there is nothing tracked, `ConflictError` when nothing would change, and `InvalidInputError`.
    """
    if tracked is None:
        raise NotFoundError(f"There is no branch {branch!r} to propose against: push a first commit to it.")
    made = drafting.branch_for(change.title)
    with repository.drafting() as draft:
        commit = drafting.proposed(draft, tracked, change)
        try:
            repository.move(draft, Move(local_branch_name(made.encode()), None, commit))
        except MovedError as error:
            raise UnavailableError(f"The branch {made} exists already; propose it again.") from error
    return made, commit.decode()


def never_still(branch: str) -> PreconditionFailedError:
    return PreconditionFailedError(f"The branch {branch!r} moves all the time; merge again in a moment.")
