"""What PyGithub raises, as our errors: one table of statuses."""

import contextlib
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from github import GithubException, RateLimitExceededException

from mcpskills.errors import ConflictError, McpSkillsError, NotFoundError, PreconditionFailedError, UnavailableError
from mcpskills.printable import printable

_SAID = 300

_STATUSES: Mapping[int, tuple[type[McpSkillsError], str]] = {
    HTTPStatus.UNAUTHORIZED: (
        UnavailableError,
        "GitHub refuses the App's credentials. Check its id, its installation and its key.",
    ),
    HTTPStatus.FORBIDDEN: (UnavailableError, "GitHub does not let the App do this. Check the App's permissions."),
    HTTPStatus.NOT_FOUND: (NotFoundError, "GitHub has nothing there that the App may see."),
    HTTPStatus.METHOD_NOT_ALLOWED: (ConflictError, "GitHub refuses it as things are."),
    HTTPStatus.CONFLICT: (PreconditionFailedError, "It changed meanwhile; look at it again."),
    HTTPStatus.UNPROCESSABLE_ENTITY: (ConflictError, "GitHub refuses it as things are."),
}
_OTHERWISE = (UnavailableError, "GitHub fails. Try again in a moment.")


@contextlib.contextmanager
def translated(what: str) -> Iterator[None]:
    """Errors of GitHub and of the way there become ours; `what` is the subject of the sentence `cannot be had`."""
    try:
        yield
    except RateLimitExceededException as error:
        raise UnavailableError(f"{what} cannot be had: GitHub's rate limit is used up{_until(error)}.") from error
    except GithubException as error:
        kind, advice = _STATUSES.get(error.status, _OTHERWISE)
        raise kind(f"{what} cannot be had: {said(error)} ({error.status}). {advice}") from error
    except (OSError, AssertionError) as error:
        # PyGithub asserts that every address in an answer is one of the server that was asked.
        raise UnavailableError(
            f"{what} cannot be had: GitHub cannot be reached ({printable(str(error), _SAID)}). Check address and network."
        ) from error


def said(error: GithubException) -> str:
    """GitHub's own words."""
    message = error.data.get("message") if isinstance(error.data, dict) else None
    return printable(str(message or error.message or "no reason given"), _SAID).rstrip(".")


def _until(error: GithubException) -> str:
    seconds = (error.headers or {}).get("retry-after")
    return f"; it asks to wait {printable(seconds)} s" if seconds else ""
