"""Errors as answers: RFC 9457 problem documents. One table turns our error tree into statuses; a new error is a row in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from mcpskills import errors
from mcpskills.printable import printable
from mcpskills.validation.finding import Finding

_log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:mcpskills:problem:"
RETRY_SECONDS = 1

STATUSES: Mapping[type[errors.McpSkillsError], HTTPStatus] = {
    errors.TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.RevokedError: HTTPStatus.GONE,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.HistoryRewrittenError: HTTPStatus.CONFLICT,
    errors.LeaseLostError: HTTPStatus.CONFLICT,
    errors.PreconditionFailedError: HTTPStatus.PRECONDITION_FAILED,
    errors.CorruptedError: HTTPStatus.BAD_GATEWAY,
    errors.UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The first row that an error is an instance of says its status."""

_MESSAGE = 600
_OURS = "Value error, "
"""What pydantic puts before the sentences of our own validators."""

# RFC 9110 renamed these two; what `HTTPStatus` calls them depends on the Python version, and our types may not.
_RENAMED = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Content Too Large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}


class Refusal(BaseModel):
    """What is wrong with one value of a request."""

    model_config = ConfigDict(frozen=True)

    location: str
    message: str


class FindingView(BaseModel):
    """What a rule found in a skill. `line` and `column` count from 1; null for a folder or a file as a whole.

    `text` offends, with secrets redacted; `waiver` says by whose leave an error does not count.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    severity: str
    skill: str
    path: str
    line: int | None
    column: int | None
    message: str
    fix: str
    text: str
    fingerprint: str
    waiver: str | None


class Problem(BaseModel):
    """An error as RFC 9457 defines it. `errors` names the refused values of a request, `findings` what rules found."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: tuple[Refusal, ...] | None = None
    findings: tuple[FindingView, ...] | None = None


class RefusedSkillError(errors.InvalidInputError):
    """A skill that came in by HTTP does not satisfy the rules; the answer carries the findings."""

    def __init__(self, message: str, findings: Sequence[Finding]) -> None:
        super().__init__(message)
        self.findings = views(findings)


def views(findings: Sequence[Finding]) -> tuple[FindingView, ...]:
    return tuple(FindingView(**asdict(finding)) for finding in findings)


def install(app: FastAPI) -> None:
    """Have every error of the application answered as a problem, and its OpenAPI say so."""
    app.add_exception_handler(errors.McpSkillsError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
    _describe(app)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of a route's error answers."""
    return {status: _response(HTTPStatus(status)) for status in statuses}


def problem_type(status: HTTPStatus) -> str:
    """What tells programs the kind of problem; stable over releases."""
    return TYPE + title(status).lower().replace(" ", "-")


def title(status: HTTPStatus) -> str:
    return _RENAMED.get(status, status.phrase)


def answer(request: Request, status: HTTPStatus, detail: str, **more: Any) -> Response:
    """The problem as a response; `more` are `errors`, `findings` and `headers`."""
    headers = more.pop("headers", None)
    body = Problem(
        type=problem_type(status),
        title=title(status),
        status=status,
        detail=detail,
        instance=request.url.path,
        **more,
    )
    # ASCII, because a message may repeat a name whose bytes are no text.
    content = json.dumps(body.model_dump(exclude_none=True)).encode()
    return Response(content, status, headers, MEDIA_TYPE)


async def _known(request: Request, error: Exception) -> Response:
    status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("request failed", path=request.url.path, status=status.value, reason=str(error))
    headers = {"Retry-After": str(RETRY_SECONDS)} if status is HTTPStatus.SERVICE_UNAVAILABLE else None
    findings = error.findings if isinstance(error, RefusedSkillError) else None
    return answer(request, status, str(error), headers=headers, findings=findings)


async def _invalid(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    refusals = tuple(
        Refusal(
            location=printable(".".join(map(str, item["loc"])), _MESSAGE),
            message=printable(str(item["msg"]).removeprefix(_OURS), _MESSAGE),
        )
        for item in found
    )
    detail = "; ".join(f"{refusal.location}: {refusal.message}" for refusal in refusals)
    return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, f"The request is not valid: {detail}.", errors=refusals)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    detail = _plain(status, request) if error.detail == status.phrase else error.detail
    return answer(request, status, detail, headers=error.headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("request failed unexpectedly", method=request.method, path=request.url.path, exc_info=error)
    return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here; the server's log says what.")


def _plain(status: HTTPStatus, request: Request) -> str:
    match status:
        case HTTPStatus.NOT_FOUND:
            return f"Nothing answers at {printable(request.url.path, _MESSAGE)}."
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return f"{request.method} is not answered at {printable(request.url.path, _MESSAGE)}; see the header Allow."
        case _:
            return f"{title(status)}."


def _response(status: HTTPStatus) -> dict[str, Any]:
    example = {
        "type": problem_type(status),
        "title": title(status),
        "status": status.value,
        "detail": _EXAMPLES[status],
        "instance": "/admin/skills/pdf-forms",
    }
    content = {"application/json": {"example": example}}
    return {"model": Problem, "description": title(status), "content": content}


def _describe(app: FastAPI) -> None:
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        for item in document.get("paths", {}).values():
            for operation in item.values():
                _retype(operation["responses"])
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def _retype(answers: dict[str, Any]) -> None:
    """FastAPI describes every model as plain JSON; errors have their own media type."""
    for status, described in answers.items():
        content = described.get("content", {})
        if int(status) >= HTTPStatus.BAD_REQUEST and "application/json" in content:
            content[MEDIA_TYPE] = content.pop("application/json")


_EXAMPLES = {
    HTTPStatus.BAD_REQUEST: "There was an error parsing the body",
    HTTPStatus.FORBIDDEN: "The admin API answers on this machine only until authentication is configured; "
    "the request came from 192.0.2.7.",
    HTTPStatus.NOT_FOUND: "There is no skill 'pdf-forms'.",
    HTTPStatus.CONFLICT: "Version 2 of 'pdf-forms' is live already.",
    HTTPStatus.GONE: "Version 2 of 'pdf-forms' was revoked: It sends invoices to a stranger.",
    HTTPStatus.PRECONDITION_FAILED: "Expected the generation 41, but it is 42: look at what is served now, and repeat.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request has more than 15728640 bytes, which is the most that is read.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Send the zip as multipart/form-data with one part named `file`.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The zip contains `SKILL.md` twice; keep one of them.",
    HTTPStatus.BAD_GATEWAY: "The package of 'pdf-forms' version 2 does not match its manifest.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The first snapshot is still being loaded; ask again in a moment.",
}
