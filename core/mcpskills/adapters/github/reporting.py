"""Telling GitHub what became of a commit: a status on it, and why not in a comment on the pull request that merged it.

The comment speaks with the App's voice and repeats what others chose, so all of that reaches it as plain words and code spans.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from github.IssueComment import IssueComment
from github.PullRequest import PullRequest
from github.Repository import Repository

from mcpskills.adapters.github.client import GitHubClient
from mcpskills.claims import name_of
from mcpskills.printable import printable
from mcpskills.validation.reports.markdown import MAX_BYTES, code, prose
from mcpskills.validation.reports.report import counted
from mcpskills.version import Quarantine

CONTEXT = "open-mcp-skills/publish"
"""What the status is called; a ruleset may require it."""

MARKER = "<!-- mcpskills-publish -->"
"""The first line of the comment, by which it is found again."""

_LIVE = "live on "
_DESCRIPTION = 140
_COMMENTS = 500
_FOR_THE_END = 300


class GitHubReports:
    """See `ports.CommitReports`. The same report twice is sent once."""

    def __init__(self, client: GitHubClient) -> None:
        self._client = client
        self._told: tuple[str, str, str] | None = None

    def publishing(self, commit: str) -> None:
        self._tell(commit, "pending", "Being published.")

    def live(self, commit: str, replicas: int, of: int, seconds: float | None) -> None:
        # An error is what concerns the installation, and a failure what concerns the commit.
        state = "success" if replicas == of else "error"
        what = f"{_LIVE}{replicas}/{of} replicas" if of else "published"
        self._tell(commit, state, what if seconds is None else f"{what}, {seconds:.1f} s")

    def refused(self, commit: str, refused: Sequence[Quarantine]) -> None:
        names = ", ".join(name_of(entry.path) for entry in refused)
        self._tell(commit, "failure", f"{counted(len(refused), 'skill')} refused: {names}")
        with self._client.asking(f"The comment on commit {commit[:12]}") as asked:
            pull = _merging(asked, commit)
            if pull is not None:
                self._comment(pull, _body(refused))

    def failed(self, commit: str, reason: str) -> None:
        self._tell(commit, "error", reason)

    def settled(self, commit: str) -> bool:
        with self._client.asking(f"The status of commit {commit[:12]}") as asked:
            _, found = asked.requester.requestJsonAndCheck("GET", f"{asked.url}/commits/{commit}/status?per_page=100")
        return any(status["context"] == CONTEXT and _settles(status) for status in found["statuses"])

    def _tell(self, commit: str, state: str, description: str) -> None:
        told = (commit, state, printable(description, _DESCRIPTION))
        if told == self._told:
            return
        with self._client.asking(f"The status of commit {commit[:12]}") as asked:
            status = {"state": state, "description": told[2], "context": CONTEXT}
            asked.requester.requestJsonAndCheck("POST", f"{asked.url}/statuses/{commit}", input=status)
        self._told = told

    def _comment(self, pull: PullRequest, body: str) -> None:
        said = next(filter(self._is_ours, islice(pull.get_issue_comments(), _COMMENTS)), None)
        if said is None:
            pull.create_issue_comment(body)
        elif said.body != body:
            said.edit(body)

    def _is_ours(self, comment: IssueComment) -> bool:
        # Anybody can write the marker; only the App's own comment is the App's to change.
        app = comment.performed_via_github_app
        return app is not None and app.id == self._client.app.app_id and comment.body.startswith(MARKER)


def _settles(status: dict[str, Any]) -> bool:
    """Replicas that stayed behind when it was told may have followed since."""
    behind = status["state"] == "error" and (status["description"] or "").startswith(_LIVE)
    return status["state"] != "pending" and not behind


def _merging(asked: Repository, commit: str) -> PullRequest | None:
    """The pull request that brought the commit into its branch; None when somebody pushed it."""
    _, found = asked.requester.requestJsonAndCheck("GET", f"{asked.url}/commits/{commit}/pulls")
    merged = [pull["number"] for pull in found if pull.get("merged_at") and pull.get("merge_commit_sha") == commit]
    return asked.get_pull(merged[0]) if merged else None


def _body(refused: Sequence[Quarantine]) -> str:
    lines = [
        MARKER,
        f"### Not live: {counted(len(refused), 'skill')} of this merge",
        "",
        "What these skills served before is served still; the others of this merge are live.",
        "",
    ]
    room = MAX_BYTES - _FOR_THE_END - sum(len(line.encode()) + 1 for line in lines)
    for told, entry in enumerate(refused):
        item = f"- {code(entry.path)}: {prose(entry.reason)}"
        room -= len(item.encode()) + 1
        if room < 0:
            lines += ["", f"{counted(len(refused) - told, 'more skill')} did not fit here; `mcpskills list` has all."]
            break
        lines.append(item)
    return "\n".join(lines) + "\n"
