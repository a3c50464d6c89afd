"""Asking GitHub about the one repository of a registry, as its App."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from github import Auth, Github, GithubException
from github.Repository import Repository

from mcpskills import outbound
from mcpskills.adapters.github.app import RegistryApp
from mcpskills.adapters.github.failures import translated
from mcpskills.adapters.github.tokens import InstallationTokens
from mcpskills.errors import ConflictError

_SECONDS = 20
_REFUSED = 401


class GitHubClient:
    """One caller at a time: `asking` keeps the others waiting. Everything here blocks."""

    def __init__(self, app: RegistryApp, tokens: InstallationTokens) -> None:
        self.app = app
        self.tokens = tokens
        self._lock = RLock()
        self._auth = _InstallationAuth(tokens)
        # What fails is told, and whoever asked asks again; PyGithub would sleep for as long as a rate limit lasts.
        self._github = Github(
            base_url=app.api,
            auth=self._auth,
            retry=None,
            timeout=_SECONDS,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )

    @contextmanager
    def asking(self, what: str) -> Iterator[Repository]:
        """The repository, to ask and to write to; errors become ours.

        Raises `ConflictError` when the name belongs to another repository or another owner by now.
        """
        outbound.checked(self.app.api)
        with self._lock, translated(what):
            try:
                repository = self._github.get_repo(self.app.repository)
                self._require_same(repository)
                yield repository
            except GithubException as error:
                if error.status == _REFUSED:
                    self.tokens.forget(self._auth.used)
                raise

    def _require_same(self, repository: Repository) -> None:
        app = self.app
        owner = repository.owner.id if app.owner_id is not None else None
        if (repository.id, owner) == (app.repository_id, app.owner_id):
            return
        of = f" of owner {app.owner_id}" if app.owner_id is not None else ""
        found = f" of owner {owner}" if owner is not None else ""
        raise ConflictError(
            f"{app.repository} is not the registry repository any more: expected the repository with id "
            f"{app.repository_id}{of}, found {repository.id}{found}. It was transferred or replaced; if that is meant, "
            "change the ids in the settings."
        )


class _InstallationAuth(Auth.Auth):
    """`used` is the token that went out last."""

    def __init__(self, tokens: InstallationTokens) -> None:
        self._tokens = tokens
        self.used = ""

    @property
    def token_type(self) -> str:
        return "token"

    @property
    def token(self) -> str:
        self.used = self._tokens.current()
        return self.used
