"""Proposals: pull requests on the registry repository, the only way by which content comes in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mcpskills.errors import ConflictError, PreconditionFailedError
from mcpskills.folder import Entry, SkillFolder
from mcpskills.printable import quoted

_ID = 200


class ProposalState(StrEnum):
    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """What a proposal wants: `folder` (a path in the registry repository) shall hold exactly `entries`; none take it away."""

    folder: str
    entries: Mapping[str, Entry]
    title: str
    body: str
    author: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's yes to one commit of a proposal; to what is pushed after it, nobody has said yes."""

    by: str
    at: datetime
    commit: str
    comment: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a proposal ended: by whom, when, and for a merged one the commit of the tracked branch, where that is known."""

    by: str
    at: datetime
    comment: str = ""
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request on the registry repository; on a bare repository a branch `proposal/*`.

    `commit` is its head, `base` the commit that it started from. `url` is its page for people, where the forge has one.
    `approvals` are None where nobody asked for them: a listing does not where each would be one more request.
    """

    id: str
    title: str
    branch: str
    commit: str
    base: str
    author: str
    opened_at: datetime
    state: ProposalState = ProposalState.OPEN
    approvals: tuple[Approval, ...] | None = ()
    ending: Ending | None = None
    url: str | None = None

    @property
    def approved(self) -> bool | None:
        """Whether somebody other than its author said yes to its present head; None where approvals are not known."""
        if self.approvals is None:
            return None
        author = _name(self.author)
        return any(yes.commit == self.commit and _name(yes.by) != author for yes in self.approvals)

    def require_open(self) -> None:
        """Raises `ConflictError` once it is merged or closed."""
        if self.state is not ProposalState.OPEN:
            raise ConflictError(f"The proposal {quoted(self.id, _ID)} is {self.state} already.")

    def require_unmerged(self) -> None:
        """Raises `ConflictError` once it is merged."""
        if self.state is ProposalState.MERGED:
            raise ConflictError(
                f"The proposal {quoted(self.id, _ID)} is merged already; there is nothing left to close."
            )

    def require_head(self, head: str) -> None:
        """Raises `PreconditionFailedError` when its head is another one: nobody decides about what they did not see."""
        if self.commit != head:
            raise PreconditionFailedError(
                f"The proposal {quoted(self.id, _ID)} is at commit {self.commit[:12]}, not at {quoted(head[:12])} any more; "
                "look at it again."
            )


@dataclass(frozen=True, slots=True)
class FolderChange:
    """A skill's folder as a proposal found it and as it leaves it; None where there is no such folder."""

    path: str
    before: SkillFolder | None
    after: SkillFolder | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What the head `commit` of a proposal changes: skill folders with their content, and the paths of other files.

    `left_out` counts the folders and files beyond what is read for one proposal. `folders` are the paths of all skills that the
    tracked branch would have after a merge.
    """

    commit: str
    skills: tuple[FolderChange, ...]
    elsewhere: tuple[str, ...]
    folders: tuple[str, ...]
    left_out: int = 0


def _name(who: str) -> str:
    """Somebody without an address, to tell whether two are one."""
    return who.partition("<")[0].strip().casefold()
