"""Errors as answers of the application: every one is a problem document, see `problem.py`."""

from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from mcpskills import errors
from mcpskills.printable import printable
from mcpskills.validation.finding import Finding
from mcpskills_server.auth import answers
from mcpskills_server.auth.calling import deny
from mcpskills_server.auth.rights import MissingScopeError
from mcpskills_server.problem import (
    MEDIA_TYPE,
    RETRY_SECONDS,
    FindingView,
    Problem,
    Refusal,
    body,
    problem_type,
    status_of,
    title,
)

_log = structlog.get_logger()

_MESSAGE = 600
_REFERENCE = "#/components/schemas/{model}"
_OURS = "Value error, "
"""What pydantic puts before the sentences of our own validators."""


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


def answer(request: Request, status: HTTPStatus, detail: str, **more: Any) -> Response:
    """The problem as a response; `more` are `errors`, `findings` and `headers`."""
    headers = more.pop("headers", None)
    return Response(body(status, detail, request.url.path, **more), status, headers, MEDIA_TYPE)


async def _known(request: Request, error: Exception) -> Response:
    status = status_of(error)  # type: ignore[arg-type]  # installed for these alone
    if status is HTTPStatus.FORBIDDEN:
        deny(request.scope, status, str(error))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("request failed", path=request.url.path, status=status.value, reason=str(error))
    findings = error.findings if isinstance(error, RefusedSkillError) else None
    return answer(request, status, str(error), headers=_headers(request, status, error), findings=findings)


def _headers(request: Request, status: HTTPStatus, error: Exception) -> dict[str, str]:
    if isinstance(error, MissingScopeError):
        return {"WWW-Authenticate": answers.lacking(request.scope, error)}
    return {"Retry-After": str(RETRY_SECONDS)} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}


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
    if status is HTTPStatus.FORBIDDEN:
        deny(request.scope, status, detail)
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
    # With a model, FastAPI would build a validator of it for each of some hundreds of answers.
    schema = {"$ref": _REFERENCE.format(model=Problem.__name__)}
    return {"description": title(status), "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}


def _describe(app: FastAPI) -> None:
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        described = Problem.model_json_schema(ref_template=_REFERENCE, mode="serialization")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update({**described.pop("$defs", {}), Problem.__name__: described})
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


_EXAMPLES = {
    HTTPStatus.BAD_REQUEST: "There was an error parsing the body",
    HTTPStatus.UNAUTHORIZED: "This API key is not known, or no longer: it may have expired, or been revoked.",
    HTTPStatus.FORBIDDEN: "Without an API key, the admin API answers on this machine only; "
    "the request came from 192.0.2.7.",
    HTTPStatus.NOT_FOUND: "There is no skill 'pdf-forms'.",
    HTTPStatus.CONFLICT: "Version 2 of 'pdf-forms' is live already.",
    HTTPStatus.GONE: "Version 2 of 'pdf-forms' was revoked: It sends invoices to a stranger.",
    HTTPStatus.PRECONDITION_FAILED: "Expected the generation 41, but it is 42: look at what is served now, and repeat.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request has more than 15728640 bytes, which is the most that is read.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Send the zip as multipart/form-data with one part named `file`.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The zip contains `SKILL.md` twice; keep one of them.",
    HTTPStatus.TOO_MANY_REQUESTS: "You may make 100 requests per minute; ask again in 23 s.",
    HTTPStatus.BAD_GATEWAY: "The package of 'pdf-forms' version 2 does not match its manifest.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The first snapshot is still being loaded; ask again in a moment.",
}
