"""Where content comes from, and where people are told what became of it."""

from collections.abc import Sequence
from typing import Protocol

from mcpskills.proposal import Changed, Proposal, ProposedChange
from mcpskills.version import Quarantine


class Forge(Protocol):
    """Where proposals live: the only way by which content comes in.

    Every method raises `UnavailableError` when the forge cannot be reached or refuses us, and those that name a proposal
    `NotFoundError` when there is none of that id. `by` says who decided, in one line.
    """

    def propose(self, change: ProposedChange) -> Proposal:
        """Open a proposal against the tracked branch. Raises `ConflictError` when it would change nothing."""

    def standing(self, change: ProposedChange) -> Proposal | None:
        """The open proposal that makes exactly this change, whoever opened it and however it is called; None without one."""

    def proposals(self) -> Sequence[Proposal]:
        """The open proposals, the newest first, with or without their approvals."""

    def proposal(self, which: str) -> Proposal:
        """One proposal, whatever became of it."""

    def changed(self, which: str) -> Changed:
        """What the proposal's head changes since it parted from the tracked branch."""

    def approve(self, which: str, head: str, by: str, comment: str = "") -> Proposal:
        """Say yes to the proposal's head; a second yes of the same person changes nothing, and its author's does not count.

        Raises `PreconditionFailedError` when the head is another one by now, `ConflictError` when it is not open or the forge
        takes no approval from here.
        """

    def merge(self, which: str, head: str, by: str) -> Proposal:
        """Bring exactly this head into the tracked branch.

        Raises `PreconditionFailedError` when the proposal's head is another one by now, or the tracked branch does not hold
        still, and `ConflictError` when it is not open, lacks an approval that the registry asks for, or does not merge cleanly.
        """

    def close(self, which: str, by: str, comment: str = "") -> Proposal:
        """End a proposal without merging it. Raises `ConflictError` when it is merged; a closed one stays as it is."""

    def file(self, path: str, at: str | None = None) -> bytes | None:
        """A file of the tracked branch, or of the commit `at` that `changed` told; None when there is none.

        Raises `TooLargeError` above `folder.READ_LIMIT`, and `InvalidInputError` for a link.
        """


class CommitReports(Protocol):
    """Where a forge shows people what became of a commit. One caller at a time, one report after the other.

    Nothing depends on a report: whoever publishes logs what fails here and goes on. Every method raises `McpSkillsError`: the
    forge cannot be reached, refuses, or holds another repository under this name by now.
    """

    def publishing(self, commit: str) -> None:
        """The commit was seen."""

    def live(self, commit: str, replicas: int, of: int, seconds: float | None) -> None:
        """Everything of the commit is served by so many of the known replicas, so long after it was heard of, where known.

        Of 0 replicas: it is published, and none has said what it serves. May be said again when more of them follow.
        """

    def refused(self, commit: str, refused: Sequence[Quarantine]) -> None:
        """Some folders of the commit may not go live; what they served before stays. The others are live."""

    def failed(self, commit: str, reason: str) -> None:
        """Nothing of the commit can be published now."""

    def settled(self, commit: str) -> bool:
        """Whether it is shown already what became of the commit."""
