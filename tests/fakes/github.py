"""A fake of GitHub as a GitHub App sees it, each repository on one real bare repository: REST, Git over HTTP and webhooks.

A story reads: `with github(tmp_path) as forge: repository = forge.create("acme/skills")`. What people do there, such as opening a
pull request, are methods of `FakeRepository`; what the App does comes over HTTP, see `github_routes.py`.
"""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from admin_service import serving
from fakes import github_routes
from fakes.github_app import stamp
from fakes.github_webhooks import Webhooks
from git_fixtures import BRANCH, bare, git


@dataclass
class Pull:
    """A pull request. `head` is its last head once it is not open any more."""

    number: int
    title: str
    body: str
    user: str
    branch: str
    base: str
    base_sha: str
    created_at: datetime
    state: str = "open"
    head: str = ""
    merge_commit: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    reviews: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class FakeRepository:
    """`id` and `owner_id` may be set, as a transfer does. `comments` and `statuses` are what GitHub would show.

    So many statuses as `failing_statuses` says are answered with 502.
    """

    name: str
    id: int
    owner_id: int
    path: Path
    hooks: Webhooks
    pulls: dict[int, Pull] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    failing_statuses: int = 0
    lock: RLock = field(default_factory=RLock)

    def open(self, branch: str, *, base: str = BRANCH, title: str, body: str = "", user: str = "ada") -> Pull:
        """Open a pull request. Raises `ValueError` with GitHub's words when GitHub would refuse."""
        with self.lock:
            if any(pull.branch == branch and pull.state == "open" for pull in self.pulls.values()):
                raise ValueError(f"A pull request already exists for {branch}.")
            pull = Pull(
                number=len(self.pulls) + 1,
                title=title,
                body=body,
                user=user,
                branch=branch,
                base=base,
                base_sha=self.sha(base),
                created_at=datetime.now(UTC).replace(microsecond=0),
            )
            self.pulls[pull.number] = pull
            self.refresh()
        self.hooks.pull_request(self, "opened", pull)
        return pull

    def sha(self, branch: str) -> str:
        return git(self.path, "rev-parse", "--verify", f"refs/heads/{branch}")

    def refresh(self) -> None:
        """Bring the heads of open pull requests up to date, as GitHub does after every push."""
        for pull in self.pulls.values():
            if pull.state == "open":
                pull.head = self.sha(pull.branch)
                git(self.path, "update-ref", f"refs/pull/{pull.number}/head", pull.head)

    def end(self, pull: Pull, by: str, merge_commit: str | None = None) -> None:
        pull.state, pull.ended_by, pull.merge_commit = "closed", by, merge_commit
        pull.ended_at = datetime.now(UTC).replace(microsecond=0)
        self.hooks.pull_request(self, "closed", pull)

    def review(self, number: int, state: str, user: str = "grace", body: str = "") -> dict[str, Any]:
        pull = self.pulls[number]
        made = {
            "id": next(_IDS),
            "user": {"login": user},
            "state": state,
            "body": body,
            "commit_id": pull.head,
            "submitted_at": stamp(datetime.now(UTC)),
        }
        pull.reviews.append(made)
        return made

    def comment(self, number: int, body: str, user: str = "ada", app: int | None = None) -> dict[str, Any]:
        made = {
            "id": next(_IDS),
            "issue": number,
            "body": body,
            "user": {"login": user},
            "performed_via_github_app": {"id": app} if app else None,
        }
        self.comments.append(made)
        return made


@dataclass
class Token:
    """`ids` are the repositories that it opens; None: all."""

    expires_at: datetime
    ids: frozenset[int] | None


class FakeGitHub:
    """`failing` answers every REST call with a status, headers and a message; `calls` are method and path of all that came in.

    `rules` is why no pull request may be merged, `overtaken` how many merges find that the branch has just moved.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.url = ""
        self.hooks = Webhooks()
        self.repositories: list[FakeRepository] = []
        self.tokens: dict[str, Token] = {}
        self.token_seconds = 3600.0
        self.failing: tuple[int, dict[str, str], str] | None = None
        self.rules: str | None = None
        self.overtaken = 0
        self.calls: list[tuple[str, str]] = []

    def create(self, name: str, *, id: int = 4711, owner_id: int = 815) -> FakeRepository:  # noqa: A002 GitHub's word
        """A new, empty repository."""
        made = FakeRepository(name, id, owner_id, bare(self.root / f"{name}.git"), self.hooks)
        self.repositories.append(made)
        return made

    def named(self, name: str) -> FakeRepository | None:
        return next((found for found in self.repositories if found.name == name), None)

    def issue(self, ids: list[int] | None) -> tuple[str, Token]:
        token = "ghs_" + secrets.token_hex(16)
        self.tokens[token] = Token(
            datetime.now(UTC) + timedelta(seconds=self.token_seconds), frozenset(ids) if ids else None
        )
        return token, self.tokens[token]

    def opens(self, token: str, repository: FakeRepository) -> bool:
        found = self.tokens[token]
        return found.ids is None or repository.id in found.ids

    def valid(self, token: str) -> bool:
        return token in self.tokens and self.tokens[token].expires_at > datetime.now(UTC)

    @property
    def issued(self) -> int:
        """Installation tokens that were asked for."""
        return sum(path.endswith("/access_tokens") for _, path in self.calls)


@contextmanager
def github(root: Path) -> Iterator[FakeGitHub]:
    """GitHub on a free port of 127.0.0.1, until the block ends."""
    made = FakeGitHub(root)
    with serving(github_routes.application(made)) as url:
        made.url = url
        try:
            yield made
        finally:
            made.hooks.close()


_IDS = itertools.count(1)
