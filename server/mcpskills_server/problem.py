"""An error as a document, as RFC 9457 defines it. One table turns our error tree into statuses; a new error is a row in it."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict

from mcpskills import errors

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:mcpskills:problem:"
RETRY_SECONDS = 1

STATUSES: Mapping[type[errors.McpSkillsError], HTTPStatus] = {
    errors.TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.RevokedError: HTTPStatus.GONE,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.ForbiddenError: HTTPStatus.FORBIDDEN,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.HistoryRewrittenError: HTTPStatus.CONFLICT,
    errors.LeaseLostError: HTTPStatus.CONFLICT,
    errors.PreconditionFailedError: HTTPStatus.PRECONDITION_FAILED,
    errors.CorruptedError: HTTPStatus.BAD_GATEWAY,
    errors.UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The first row that an error is an instance of says its status."""

# RFC 9110 renamed these two; what `HTTPStatus` calls them depends on the Python version, and our types may not.
_RENAMED = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Content Too Large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}


LOADING = HTTPStatus.SERVICE_UNAVAILABLE, "The first snapshot is still being loaded; ask again in a moment."


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


def status_of(error: errors.McpSkillsError) -> HTTPStatus:
    return next(status for kind, status in STATUSES.items() if isinstance(error, kind))


def problem_type(status: HTTPStatus) -> str:
    """What tells programs the kind of problem; stable over releases."""
    return TYPE + title(status).lower().replace(" ", "-")


def title(status: HTTPStatus) -> str:
    return _RENAMED.get(status, status.phrase)


def body(status: HTTPStatus, detail: str, path: str, **more: Any) -> bytes:
    """The document about a request of a path; `more` are `errors` and `findings`."""
    problem = Problem(
        type=problem_type(status),
        title=title(status),
        status=status,
        detail=detail,
        instance=path,
        **more,
    )
    # ASCII, because a message may repeat a name whose bytes are no text.
    return json.dumps(problem.model_dump(exclude_none=True)).encode()
