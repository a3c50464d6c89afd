"""Proposals as pull requests on GitHub. Content is read and written through Git, decisions go through REST."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice

from github import GithubException, UnknownObjectException
from github.PullRequest import PullRequest
from github.Repository import Repository

from mcpskills.adapters.git import drafting, proposing
from mcpskills.adapters.git.changes import Changes
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.github.client import GitHubClient
from mcpskills.adapters.github.failures import said
from mcpskills.errors import ConflictError, NotFoundError
from mcpskills.printable import printable, quoted
from mcpskills.proposal import Approval, Changed, Ending, Proposal, ProposalState, ProposedChange
from mcpskills.validation.reports.markdown import code, prose

MOST = 200
"""Open pull requests that are listed."""

_TITLE = 200
_BODY_LINES = 500
_NOT_ALLOWED = 405
_BASE_MOVED = "Base branch was modified"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class GitHubForge:
    """See `ports.Forge`. A proposal is an open pull request into the tracked branch; its id is the number.

    GitHub decides who may merge what: what its rules refuse is a `ConflictError` with GitHub's reason.
    """

    def __init__(self, client: GitHubClient, repository: GitRepository, branch: str) -> None:
        """The repository is a mirror of the client's, opened with the client's credentials, and the forge's own."""
        self._client = client
        self._repository = repository
        self._changes = Changes(repository)
        self._branch = branch

    def propose(self, change: ProposedChange) -> Proposal:
        with self._asking("A proposal") as asked:
            tracked = self._fetch()
            branch, _ = proposing.push(self._repository, self._branch, tracked, change)
            pull = asked.create_pull(
                base=self._branch,
                head=branch,
                title=printable(drafting.title_of(change), _TITLE),
                body="\n".join(map(prose, change.body.splitlines()[:_BODY_LINES])),
            )
            return replace(self._told(pull), approvals=())

    def standing(self, change: ProposedChange) -> Proposal | None:
        with self._asking("The list of pull requests") as asked:
            tracked = self._fetch()
            branches = set(drafting.standing(self._repository, tracked, change)) if tracked else ()
            pulls = islice(asked.get_pulls(state="open", base=self._branch), MOST) if branches else ()
            heads = {self._repository.reference(f"refs/heads/{branch}") for branch in branches}
            return next((self._told(pull) for pull in pulls if pull.head.sha in heads), None)

    def proposals(self) -> Sequence[Proposal]:
        with self._asking("The list of pull requests") as asked:
            self._fetch()
            pulls = list(islice(asked.get_pulls(state="open", base=self._branch), MOST))
            # Without reviews, which would be one more request for each.
            found = [self._told(pull) for pull in pulls]
        return sorted(found, key=lambda proposal: (proposal.opened_at, proposal.id), reverse=True)

    def proposal(self, which: str) -> Proposal:
        with self._pull(which) as pull:
            self._fetch()
            return self._shown(pull)

    def changed(self, which: str) -> Changed:
        with self._pull(which) as pull:
            ref = f"refs/pull/{pull.number}/head"
            tracked = self._fetch(ref)
            head = self._repository.reference(ref)
            if head is None:
                raise NotFoundError(f"The pull request {which} has no commits any more.")
            if pull.merged and pull.merge_commit_sha:
                tracked = self._repository.commit(pull.merge_commit_sha).parents[0]
            return self._changes.of(tracked, head)

    def approve(self, which: str, head: str, by: str, comment: str = "") -> Proposal:
        with self._pull(which) as pull:
            self._fetch()
            proposal = self._shown(pull)
            proposal.require_open()
            proposal.require_head(head)
            body = f"{prose(comment)}\n\nApproved by {code(by)}.".strip()
            if not any((yes.commit, yes.comment) == (head, body) for yes in proposal.approvals or ()):
                # The commit goes along by its id, so that the review is not about what is pushed this moment.
                pull.requester.requestJsonAndCheck(
                    "POST", f"{pull.url}/reviews", input={"commit_id": head, "event": "APPROVE", "body": body}
                )
            return self._shown(pull)

    def merge(self, which: str, head: str, by: str) -> Proposal:
        with self._pull(which) as pull:
            self._fetch()
            proposal = self._shown(pull)
            proposal.require_open()
            proposal.require_head(head)
            self._merge(pull, head, by)
            pull.update()
            return self._shown(pull)

    def close(self, which: str, by: str, comment: str = "") -> Proposal:
        with self._pull(which) as pull:
            self._told(pull).require_unmerged()
            if pull.state == "open":
                pull.create_issue_comment(f"{prose(comment)}\n\nClosed by {code(by)}.".strip())
                pull.edit(state="closed")
            self._fetch()
            return self._shown(pull)

    def file(self, path: str, at: str | None = None) -> bytes | None:
        with self._client.asking(f"The file {quoted(path)}"), closing(self._repository):
            commit = self._fetch() if at is None else at
            return None if commit is None else self._repository.file(commit, path)

    def _fetch(self, *also: str) -> str | None:
        """The head of the tracked branch, now."""
        self._repository.fetch(self._branch, also)
        return self._repository.head(self._branch)

    @contextmanager
    def _asking(self, what: str) -> Iterator[Repository]:
        with self._client.asking(what) as asked, closing(self._repository):
            yield asked

    @contextmanager
    def _pull(self, which: str) -> Iterator[PullRequest]:
        """A pull request into the tracked branch. Raises `NotFoundError`."""
        unknown = f"There is no proposal {quoted(which)}."
        if not _NUMBER.fullmatch(which):
            raise NotFoundError(unknown)
        with self._asking(f"The proposal {which}") as asked:
            try:
                pull = asked.get_pull(int(which))
            except UnknownObjectException as error:
                raise NotFoundError(unknown) from error
            if pull.base.ref != self._branch:
                raise NotFoundError(f"{unknown} The pull request of that number is not into {self._branch!r}.")
            yield pull

    def _merge(self, pull: PullRequest, head: str, by: str) -> None:
        for _ in range(proposing.TRIES):
            try:
                pull.merge(
                    merge_method="merge",
                    sha=head,
                    commit_title=f"Merge pull request #{pull.number}",
                    commit_message=f"{pull.title}\n\nMerged by {by}.",
                )
            except GithubException as error:
                if error.status != _NOT_ALLOWED:
                    raise
                if _BASE_MOVED in said(error):
                    continue
                raise ConflictError(
                    f"GitHub does not merge the proposal {pull.number}: {said(error)}. See {pull.html_url}."
                ) from error
            return
        raise proposing.never_still(self._branch)

    def _shown(self, pull: PullRequest) -> Proposal:
        return replace(self._told(pull), approvals=_approvals(pull))

    def _told(self, pull: PullRequest) -> Proposal:
        """The proposal as far as the pull request itself tells."""
        state, ending = _end(pull)
        return Proposal(
            id=str(pull.number),
            title=printable(pull.title, _TITLE),
            branch=pull.head.ref,
            commit=pull.head.sha,
            base=pull.base.sha,
            author=self._author(pull),
            opened_at=pull.created_at,
            state=state,
            approvals=None,
            ending=ending,
            url=pull.html_url,
        )

    def _author(self, pull: PullRequest) -> str:
        """Whoever opened it; where that was the App, for whom it did."""
        fetched = self._repository.reference(f"refs/heads/{pull.head.ref}")
        if pull.head.ref.startswith(drafting.PREFIX) and fetched == pull.head.sha:
            return self._repository.commit(pull.head.sha).author
        return pull.user.login


def _end(pull: PullRequest) -> tuple[ProposalState, Ending | None]:
    if pull.state == "open":
        return ProposalState.OPEN, None
    if pull.merged and pull.merged_at:
        by = pull.merged_by.login if pull.merged_by else ""
        return ProposalState.MERGED, Ending(by, pull.merged_at, commit=pull.merge_commit_sha)
    closed_by = pull.as_issue().closed_by
    ending = Ending(closed_by.login if closed_by else "", pull.closed_at) if pull.closed_at else None
    return ProposalState.CLOSED, ending


def _approvals(pull: PullRequest) -> tuple[Approval, ...]:
    """What each reviewer said last, where that was a yes."""
    last: dict[str, Approval | None] = {}
    for review in pull.get_reviews():
        by = review.user.login if review.user else ""
        if review.state == "APPROVED":
            last[by] = Approval(by, review.submitted_at, review.commit_id, review.body or "")
        elif review.state in {"CHANGES_REQUESTED", "DISMISSED"}:
            last[by] = None
    return tuple(approval for approval in last.values() if approval)
