"""The registry repository on GitHub, for composition roots; see `adapters/origins.py`."""

from pathlib import Path

from mcpskills.adapters.git.location import Location
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.github.app import RegistryApp
from mcpskills.adapters.github.client import GitHubClient
from mcpskills.adapters.github.forge import GitHubForge
from mcpskills.adapters.github.reporting import GitHubReports
from mcpskills.adapters.github.tokens import InstallationTokens
from mcpskills.errors import ConflictError, NotFoundError


class GitHubOrigin:
    """One token for all that works on the repository in this process, and a client for each, so that none waits for another."""

    def __init__(self, app: RegistryApp) -> None:
        self._app = app
        self._tokens = InstallationTokens(app)

    @property
    def location(self) -> Location:
        return Location(self._app.location)

    @property
    def registry(self) -> str:
        # The number, because a name can be given to another repository.
        return f"github:{self._app.repository_id}"

    def repository(self, mirrors: Path) -> GitRepository:
        """Every fetch makes sure first that the name still means this repository of this owner, else `ConflictError`."""
        app, client = self._app, self._client()

        def credentials() -> tuple[str, str]:
            try:
                with client.asking(f"The registry repository {app.repository}"):
                    return client.tokens.credentials()
            except NotFoundError as error:
                raise ConflictError(
                    f"{app.repository} is not the registry repository any more: expected the repository with id "
                    f"{app.repository_id}, and the App's token for that one opens nothing here. It was transferred or replaced, "
                    "or the App was taken off it; if that is meant, change the settings."
                ) from error

        return GitRepository.open(self._app.location, mirrors, credentials)

    def forge(self, mirrors: Path, branch: str) -> GitHubForge:
        # The forge asks the client before it asks Git, so Git needs no check of its own.
        mirror = GitRepository.open(self._app.location, mirrors, self._tokens.credentials)
        return GitHubForge(self._client(), mirror, branch)

    def reports(self) -> GitHubReports:
        return GitHubReports(self._client())

    def _client(self) -> GitHubClient:
        return GitHubClient(self._app, self._tokens)
