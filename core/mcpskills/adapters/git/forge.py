"""Proposals as branches of the registry repository, for a repository that has no pull requests of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

import structlog
from dulwich.objects import ObjectID
from dulwich.refs import Ref, local_branch_name

from mcpskills.adapters.git import drafting, proposing, records
from mcpskills.adapters.git.changes import Changes
from mcpskills.adapters.git.drafting import PREFIX
from mcpskills.adapters.git.moves import Move, MovedError
from mcpskills.adapters.git.records import Record
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import ConflictError, InvalidInputError, NotFoundError, PreconditionFailedError, UnavailableError
from mcpskills.printable import quoted
from mcpskills.proposal import Approval, Changed, Ending, Proposal, ProposalState, ProposedChange
from mcpskills.validation.policy import FILE
from mcpskills.validation.registry_toml import policy_of

_log = structlog.get_logger(__name__)


class LocalForge:
    """See `ports.Forge`. A proposal is a branch `proposal/<id>` with commits on top of the tracked branch.

    It is merged once the tracked branch contains its head, whoever brought it there. Everything else that becomes of it stands
    in its record, see `records.py`; a branch that was pushed by hand has none before somebody approves or closes it.
    """

    def __init__(self, repository: GitRepository, branch: str) -> None:
        """The repository is the forge's own: nobody else calls it."""
        self._repository = repository
        self._changes = Changes(repository)
        self._branch = branch
        self._lock = Lock()

    def propose(self, change: ProposedChange) -> Proposal:
        """See `ports.Forge`. Raises `NotFoundError` while there is no tracked branch, `InvalidInputError` for bad paths."""
        with self._fresh() as tracked:
            branch, commit = proposing.push(self._repository, self._branch, tracked, change)
            return self._shown(branch.removeprefix(PREFIX), commit, None)

    def standing(self, change: ProposedChange) -> Proposal | None:
        with self._fresh() as tracked:
            branches = drafting.standing(self._repository, tracked, change) if tracked else ()
            found = (self._find(branch.removeprefix(PREFIX), tracked)[0] for branch in branches)
            return next((proposal for proposal in found if proposal.state is ProposalState.OPEN), None)

    def proposals(self) -> Sequence[Proposal]:
        with self._fresh() as tracked:
            heads = self._repository.proposals()
            merged = self._repository.contained(tracked, heads.values()) if tracked else frozenset()
            found = [
                self._shown(branch.removeprefix(PREFIX), commit, self._record(branch.removeprefix(PREFIX)))
                for branch, commit in heads.items()
                if commit not in merged
            ]
        opened = [proposal for proposal in found if proposal.state is ProposalState.OPEN]
        return sorted(opened, key=lambda proposal: (proposal.opened_at, proposal.id), reverse=True)

    def proposal(self, which: str) -> Proposal:
        with self._fresh() as tracked:
            return self._find(which, tracked)[0]

    def changed(self, which: str) -> Changed:
        with self._fresh() as tracked:
            proposal, _ = self._find(which, tracked)
            return self._changes.of(self._into(proposal, tracked), proposal.commit)

    def approve(self, which: str, head: str, by: str, comment: str = "") -> Proposal:
        yes = Approval(by, datetime.now(UTC), head, comment)

        def decide(proposal: Proposal, record: Record) -> Record:
            proposal.require_open()
            proposal.require_head(head)
            return records.approved(record, yes)

        return self._write(which, by, "Approve", decide)

    def merge(self, which: str, head: str, by: str) -> Proposal:
        for _ in range(proposing.TRIES):
            with self._fresh() as tracked:
                proposal, record = self._find(which, tracked)
                proposal.require_open()
                proposal.require_head(head)
                try:
                    commit = self._merge(proposal, self._require_mergeable(proposal, tracked), by)
                except MovedError:
                    continue
                ending = Ending(by, datetime.now(UTC), commit=commit)
                merged = replace(record, head=head, state=ProposalState.MERGED, ending=ending)
                self._settle(which, merged, by)
                return self._find(which, commit)[0]
        raise proposing.never_still(self._branch)

    def close(self, which: str, by: str, comment: str = "") -> Proposal:
        def decide(proposal: Proposal, record: Record) -> Record:
            proposal.require_unmerged()
            if proposal.state is ProposalState.CLOSED:
                return record
            ending = Ending(by, datetime.now(UTC), comment)
            return replace(record, head=proposal.commit, state=ProposalState.CLOSED, ending=ending)

        return self._write(which, by, "Close", decide)

    def file(self, path: str, at: str | None = None) -> bytes | None:
        with self._fresh() as tracked:
            commit = at or tracked
            return None if commit is None else self._repository.file(commit, path)

    @contextmanager
    def _fresh(self) -> Iterator[str | None]:
        """The repository as it is now, and the head of the tracked branch."""
        with self._lock, closing(self._repository):
            self._repository.fetch(self._branch)
            yield self._repository.head(self._branch)

    def _into(self, proposal: Proposal, tracked: str | None) -> str | None:
        """The head of the tracked branch; for a merged proposal, the one before the merge."""
        if proposal.state is not ProposalState.MERGED:
            return tracked
        commit = proposal.ending.commit if proposal.ending else None
        # Whoever may push may have written any commit there.
        known = commit is not None and tracked is not None and self._repository.descends(tracked, commit)
        before = self._repository.commit(commit).parents if commit and known else ()
        return before[0] if before else proposal.base or None

    def _find(self, which: str, tracked: str | None) -> tuple[Proposal, Record]:
        """A proposal and its record, which is a new one where there is none. Raises `NotFoundError`."""
        record = self._record(which)
        branch = self._repository.reference(f"refs/heads/{PREFIX}{which}")
        head = branch or (record.head if record else None)
        if head is None:
            raise NotFoundError(f"There is no proposal {quoted(which)}.")
        state = ProposalState.CLOSED if branch is None else None
        if tracked is not None and self._repository.descends(tracked, head):
            state = ProposalState.MERGED
        at = self._repository.reference(records.reference(which))
        return self._shown(which, head, record, state), record or Record(head, at=at)

    def _shown(self, which: str, head: str, record: Record | None, state: ProposalState | None = None) -> Proposal:
        info = self._repository.commit(head)
        # What is pushed after the end opens it again.
        ended = record is not None and record.head == head and record.state is ProposalState.CLOSED
        now = state or (ProposalState.CLOSED if ended else ProposalState.OPEN)
        return Proposal(
            id=which,
            title=info.title,
            branch=f"{PREFIX}{which}",
            commit=head,
            base=info.parents[0] if info.parents else "",
            author=info.author,
            opened_at=info.committed_at,
            state=now,
            approvals=record.approvals if record else (),
            ending=record.ending if record and record.state is now else None,
        )

    def _record(self, which: str) -> Record | None:
        at = self._repository.reference(records.reference(which))
        try:
            found = records.read(self._repository.file(at, records.FILE), at) if at else None
        except InvalidInputError:
            # Whoever may push may push anything there; it is a record no more.
            return None
        return found if found and self._repository.holds(found.head) else None

    def _require_mergeable(self, proposal: Proposal, tracked: str | None) -> str:
        """The head of the tracked branch, if the registry lets this proposal into it."""
        if tracked is None:
            raise ConflictError(f"There is no branch {self._branch!r} to merge into: push a first commit to it.")
        if self._repository.checked_out == f"refs/heads/{self._branch}":
            raise ConflictError(
                f"The branch {self._branch!r} is checked out in a work tree, whose files would not follow; "
                f"merge there: git merge {proposal.branch}"
            )
        if not proposal.approved and self._wants_approval(tracked):
            raise ConflictError(
                f"{FILE} asks for a review, and nobody has approved commit {proposal.commit[:12]} of this proposal yet. "
                "What its author says does not count."
            )
        return tracked

    def _wants_approval(self, tracked: str) -> bool:
        try:
            return bool(policy_of(self._repository.file(tracked, FILE), datetime.now(UTC).date()).required)
        except InvalidInputError:
            # Else nobody could merge what mends it.
            return False

    def _merge(self, proposal: Proposal, tracked: str, by: str) -> str:
        """The merge commit, which the tracked branch has when this returns. Raises `MovedError`."""
        start = self._repository.parting(tracked, proposal.commit)
        message = f"Merge proposal {proposal.id}\n\n{proposal.title}\n"
        with self._repository.drafting() as draft:
            commit = drafting.merge(draft, start, tracked, proposal.commit, by=by, message=message)
            self._repository.move(draft, Move(_ref(self._branch), ObjectID(tracked.encode()), commit))
        return commit.decode()

    def _settle(self, which: str, record: Record, by: str) -> None:
        # The merge stands, and the tracked branch tells it: a branch or a record that stays behind confuses nobody.
        try:
            self._end(which, record, by, "Merge")
        except (MovedError, UnavailableError) as error:
            _log.warning(
                "the proposal is merged, and its record or branch stayed behind", proposal=which, error=str(error)
            )

    def _end(self, which: str, record: Record, by: str, action: str) -> None:
        """Write the record, and take the branch away unless the proposal goes on. Raises `MovedError`."""
        branch = Move(_ref(f"{PREFIX}{which}"), ObjectID(record.head.encode()), None)
        there = self._repository.reference(f"refs/heads/{PREFIX}{which}") is not None
        with self._repository.drafting() as draft:
            step = records.move(draft, which, record, by=by, action=action)
            self._repository.move(draft, step, *([branch] if there and record.state is not ProposalState.OPEN else []))

    def _write(self, which: str, by: str, action: str, decide: Callable[[Proposal, Record], Record]) -> Proposal:
        for _ in range(proposing.TRIES):
            with self._fresh() as tracked:
                proposal, record = self._find(which, tracked)
                decided = decide(proposal, record)
                if decided is record:
                    return proposal
                with suppress(MovedError):
                    self._end(which, decided, by, action)
                    return self._find(which, tracked)[0]
        raise PreconditionFailedError(f"The proposal {quoted(which)} changes all the time; try again in a moment.")


def _ref(branch: str) -> Ref:
    return local_branch_name(branch.encode("utf-8", "surrogateescape"))
