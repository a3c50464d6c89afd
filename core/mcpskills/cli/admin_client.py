"""Asking a running server: the admin API over HTTP. Only this file knows how it answers and fails."""

import contextlib
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import quote

import httpx2
import typer

from mcpskills.cli import credential
from mcpskills.errors import InvalidInputError, NotFoundError, UnavailableError

DEFAULT_URL = "http://127.0.0.1:8000"

Url = Annotated[
    str, typer.Option("--url", envvar="MCPSKILLS_URL", help="Where the server answers.", rich_help_panel="Server")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print what the server answered, for programs.")]

IfGeneration = Annotated[
    int | None,
    typer.Option("--if-generation", min=0, help="Change nothing unless this is the registry's generation still."),
]
Head = Annotated[
    str | None, typer.Option(help="The commit that you looked at; what is there now, if left out.", metavar="COMMIT")
]

# A rollback waits for the proposal, which may go to a repository far away.
_SECONDS = 60.0
_SILENT_SECONDS = 120.0
"""How long an answer without an end may say nothing; servers say every few seconds that they are still there."""

_PAGE = 200
_UNKNOWN, _FORBIDDEN, _NOT_FOUND, _SERVER_FAILS = 401, 403, 404, 500


def ask(url: str, method: str, path: str, **request: Any) -> Any:
    """The JSON that the admin API answers below `/admin`; `request` is what httpx2 takes, such as `params` and `json`.

    The API key of the environment goes along, if there is one.
    Raises `UnavailableError` when no server of ours answers or it fails, `NotFoundError` and `InvalidInputError` with the
    server's own words when it refuses.
    """
    key = credential.given()
    with _reaching(url) as client:
        response = client.request(method, _address(url, path), headers=_headers(request, key), **request)
    answer = _json(url, response)
    if response.is_success:
        return answer
    raise _refusal(response.status_code, answer, with_key=key is not None)


def lines(url: str, path: str, **request: Any) -> Iterator[str]:
    """The lines of an answer that has no end, as they come; ends with the connection. Raises as `ask` does."""
    key = credential.given()
    with (
        _reaching(url, httpx2.Timeout(_SECONDS, read=_SILENT_SECONDS)) as client,
        client.stream("GET", _address(url, path), headers=_headers(request, key), **request) as response,
    ):
        if not response.is_success:
            response.read()
            raise _refusal(response.status_code, _json(url, response), with_key=key is not None)
        yield from response.iter_lines()


@contextlib.contextmanager
def _reaching(url: str, timeout: float | httpx2.Timeout = _SECONDS) -> Iterator[httpx2.Client]:
    """A client of the server, until the block ends. Raises for what goes wrong on the way there."""
    try:
        # The admin API wants to be called directly, so proxies of the environment are passed by.
        with httpx2.Client(trust_env=False, timeout=timeout) as client:
            yield client
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise InvalidInputError(
            f"{url!r} is not the URL of a server; it looks like {DEFAULT_URL}. Say it with --url."
        ) from error
    except httpx2.HTTPError as error:
        raise UnavailableError(
            f"No server answers at {url}: start it with `mcpskills up`, or say where it is with --url."
        ) from error


def _address(url: str, path: str) -> str:
    return f"{url.rstrip('/')}/admin{path}"


def _headers(request: dict[str, Any], key: str | None) -> dict[str, str]:
    return dict(request.pop("headers", {})) | ({"Authorization": f"Bearer {key}"} if key else {})


def condition(number: int | None) -> dict[str, str]:
    """The header that binds a change to a generation, or to a revision of keys and users."""
    return {} if number is None else {"If-Match": f'"{number}"'}


def all_pages(url: str, path: str, rows: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of all pages of a listing, and what its first page says beside them."""
    first = page = ask(url, "GET", path, params={"limit": _PAGE})
    found = list(page[rows])
    while page["next_cursor"] is not None:
        page = ask(url, "GET", path, params={"limit": _PAGE, "cursor": page["next_cursor"]})
        found += page[rows]
    # A change on the condition of what it says must not pass over what came after the first page.
    return found, first


def skill_path(name: str, *more: str) -> str:
    """The path of a skill below `/admin`. Raises `NotFoundError` for a name that would lead to another path."""
    if "/" in name:
        raise NotFoundError(f"There is no skill {name!r}.")
    return _one("skills", name, "skill", *more)


def key_path(which: str, *more: str) -> str:
    """The path of an API key below `/admin`. Raises `NotFoundError` as `skill_path` does."""
    return _one("keys", which, "key", *more)


def user_path(subject: str) -> str:
    """The path of a user below `/admin`. Raises `NotFoundError` for a subject that is none."""
    return _one("users", subject, "user")


def proposal_path(which: str, *more: str) -> str:
    """The path of a proposal below `/admin`; an id may hold slashes. Raises `NotFoundError` as `skill_path` does."""
    parts = which.split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise NotFoundError(f"There is no proposal {which!r}.")
    return "/".join(("/proposals", *(quote(part, safe="") for part in parts), *more))


def head_of(url: str, which: str, said: str | None) -> str:
    """The head that a decision is about: the one that was said, or the present one."""
    return said or str(ask(url, "GET", proposal_path(which))["commit"])


def _one(collection: str, which: str, what: str, *more: str) -> str:
    if which in {"", ".", ".."}:
        raise NotFoundError(f"There is no {what} {which!r}.")
    return "/".join((f"/{collection}", quote(which, safe=""), *more))


def _json(url: str, response: httpx2.Response) -> Any:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise UnavailableError(f"What answers at {url} is no server of Open MCP Skills; say where it is with --url.")
    return answer


def _refusal(
    status: int, problem: dict[str, Any], *, with_key: bool
) -> NotFoundError | InvalidInputError | UnavailableError:
    detail = str(problem.get("detail") or f"The server answered with status {status}.")
    if status in {_UNKNOWN, _FORBIDDEN}:
        return InvalidInputError(_way_in(status, detail, with_key=with_key))
    if status == _NOT_FOUND:
        return NotFoundError(detail)
    return UnavailableError(detail) if status >= _SERVER_FAILS else InvalidInputError(detail)


def _way_in(status: int, detail: str, *, with_key: bool) -> str:
    if not with_key:
        first = "`mcpskills up` shows one at its first start, and `mcpskills keys bootstrap` makes one where the server runs."
        said = "The server wants to know who calls" if status == _UNKNOWN else f"{detail} Say who you are"
        return f"{said}: {credential.HOW}. {first}"
    if status == _UNKNOWN:
        return f"{detail} Ask for another one, and say it: {credential.HOW}."
    return f"{detail} Somebody who may can make a key for it: `mcpskills keys create`."
