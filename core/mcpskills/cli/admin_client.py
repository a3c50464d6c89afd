"""Asking a running server: the admin API over HTTP. Only this file knows how it answers and fails."""

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
_UNKNOWN, _FORBIDDEN, _NOT_FOUND, _SERVER_FAILS = 401, 403, 404, 500


def ask(url: str, method: str, path: str, **request: Any) -> Any:
    """The JSON that the admin API answers below `/admin`; `request` is what httpx2 takes, such as `params` and `json`.

    The API key of the environment goes along, if there is one.
    Raises `UnavailableError` when no server of ours answers or it fails, `NotFoundError` and `InvalidInputError` with the
    server's own words when it refuses.
    """
    key = credential.given()
    headers = dict(request.pop("headers", {})) | ({"Authorization": f"Bearer {key}"} if key else {})
    try:
        # The admin API wants to be called directly, so proxies of the environment are passed by.
        with httpx2.Client(trust_env=False, timeout=_SECONDS) as client:
            response = client.request(method, f"{url.rstrip('/')}/admin{path}", headers=headers, **request)
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise InvalidInputError(
            f"{url!r} is not the URL of a server; it looks like {DEFAULT_URL}. Say it with --url."
        ) from error
    except httpx2.HTTPError as error:
        raise UnavailableError(
            f"No server answers at {url}: start it with `mcpskills up`, or say where it is with --url."
        ) from error
    answer = _json(url, response)
    if response.is_success:
        return answer
    raise _refusal(response.status_code, answer, with_key=key is not None)


def condition(if_generation: int | None) -> dict[str, str]:
    """The header that binds a change to a generation."""
    return {} if if_generation is None else {"If-Match": f'"{if_generation}"'}


def skill_path(name: str, *more: str) -> str:
    """The path of a skill below `/admin`. Raises `NotFoundError` for a name that would lead to another path."""
    if name in {"", ".", ".."} or "/" in name:
        raise NotFoundError(f"There is no skill {name!r}.")
    return "/".join(("/skills", quote(name, safe=""), *more))


def proposal_path(which: str, *more: str) -> str:
    """The path of a proposal below `/admin`; an id may hold slashes. Raises `NotFoundError` as `skill_path` does."""
    parts = which.split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise NotFoundError(f"There is no proposal {which!r}.")
    return "/".join(("/proposals", *(quote(part, safe="") for part in parts), *more))


def head_of(url: str, which: str, said: str | None) -> str:
    """The head that a decision is about: the one that was said, or the present one."""
    return said or str(ask(url, "GET", proposal_path(which))["commit"])


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
