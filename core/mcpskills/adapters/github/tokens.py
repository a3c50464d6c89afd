"""Installation tokens of the GitHub App: they open one repository for an hour, and are renewed before that is over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from github import Auth, Github
from jwt import PyJWTError

from mcpskills import outbound
from mcpskills.adapters.github.app import RegistryApp
from mcpskills.adapters.github.failures import translated
from mcpskills.errors import UnavailableError

USER = "x-access-token"
"""The user name that GitHub wants beside a token when Git asks over HTTP."""

_RENEW_BEFORE = timedelta(minutes=5)
_PERMISSIONS = {"contents": "write", "pull_requests": "write", "statuses": "write", "issues": "write"}
_SECONDS = 20


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    expires_at: datetime


class InstallationTokens:
    """Tokens for many threads. Getting one asks GitHub about once an hour; these methods block meanwhile."""

    def __init__(self, app: RegistryApp, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._app = app
        self._now = now
        self._lock = Lock()
        self._token: _Token | None = None

    def current(self) -> str:
        """A token that is good for some minutes at least. Raises `UnavailableError`."""
        with self._lock:
            if self._token is None or self._token.expires_at - self._now() < _RENEW_BEFORE:
                self._token = self._fetch()
            return self._token.text

    def credentials(self) -> tuple[str, str]:
        """User and password for Git over HTTP, see `git.remote.Credentials`. Raises `UnavailableError`."""
        return USER, self.current()

    def forget(self, token: str) -> None:
        """Do not hand this token out again: GitHub refused it before its time."""
        with self._lock:
            if self._token is not None and self._token.text == token:
                self._token = None

    def _fetch(self) -> _Token:
        app = self._app
        # Bound to the numeric id, the token opens nothing when the name belongs to another repository by now.
        wanted = {"repository_ids": [app.repository_id], "permissions": _PERMISSIONS}
        path = f"/app/installations/{app.installation_id}/access_tokens"
        with translated(f"A token for the repository {app.repository} (id {app.repository_id})"):
            asking = Github(base_url=outbound.checked(app.api), auth=_auth(app), retry=None, timeout=_SECONDS)
            _, answer = asking.requester.requestJsonAndCheck("POST", path, input=wanted)
        return _Token(str(answer["token"]), datetime.fromisoformat(answer["expires_at"]))


def _auth(app: RegistryApp) -> Auth.AppAuth:
    """The App's own credentials. Raises `UnavailableError` for a key that signs nothing."""
    try:
        auth = Auth.AppAuth(app.app_id, app.private_key)
        auth.create_jwt()
    except (ValueError, AssertionError, PyJWTError) as error:
        raise UnavailableError(
            f"The private key of the GitHub App {app.app_id} cannot be used; expected the PEM file that GitHub made."
        ) from error
    return auth
