"""`POST /webhooks/github`: cheap refusals first, the signature before anything is parsed, one call of the queue at the end."""

import asyncio
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Literal

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.requests import ClientDisconnect

from mcpskills.errors import InvalidInputError, McpSkillsError, TooLargeError, UnavailableError
from mcpskills.ports import Deliveries, Delivery
from mcpskills.printable import printable
from mcpskills.source_rates import SourceRates
from mcpskills_publisher.webhook import body as bodies
from mcpskills_publisher.webhook import payload
from mcpskills_publisher.webhook.body import TooSlowError
from mcpskills_publisher.webhook.payload import ForeignRepositoryError, Source
from mcpskills_publisher.webhook.signature import HEADER, signed

_log = structlog.get_logger(__name__)

PATH = "/webhooks/github"

RETRY_SECONDS = 30

_DELIVERY = re.compile(r"[0-9A-Za-z-]{1,64}")
_SHOWN = 300

_STATUSES: Mapping[type[McpSkillsError], HTTPStatus] = {
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooSlowError: HTTPStatus.REQUEST_TIMEOUT,
    ForeignRepositoryError: HTTPStatus.FORBIDDEN,
    InvalidInputError: HTTPStatus.BAD_REQUEST,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The first row that an error is an instance of says its status."""


class Received(BaseModel):
    """What became of a delivery. GitHub shows it to the repository's administrators."""

    model_config = ConfigDict(frozen=True)

    outcome: Literal["queued", "repeated", "ignored", "pong", "refused"]
    detail: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, what to say, and in how many seconds to try again."""

    status: HTTPStatus
    received: Received
    retry_after: int | None = None

    def response(self) -> JSONResponse:
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return JSONResponse(self.received.model_dump(), self.status, headers)


class Webhook:
    """Receives the deliveries of one repository. Any of the secrets will do, so that they can be changed one after the other."""

    def __init__(
        self,
        deliveries: Deliveries,
        source: Source,
        secrets: Sequence[bytes],
        rates: SourceRates,
        *,
        patience: float = bodies.SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._deliveries = deliveries
        self._source = source
        self._secrets = secrets
        self._rates = rates
        self._patience = patience
        self._now = now

    async def receive(self, request: Request) -> JSONResponse:
        """Takes a delivery in, or says why not."""
        try:
            answer = await self._answer(request)
        except McpSkillsError as error:
            answer = _refusal(error)
        except ClientDisconnect:
            answer = _refused(HTTPStatus.BAD_REQUEST, "The sender hung up.")
        if answer.status >= HTTPStatus.BAD_REQUEST:
            self._tell(request, answer)
        return answer.response()

    async def _answer(self, request: Request) -> Answer:
        wait = self._rates.seconds_to_wait(_address(request))
        if wait > 0:
            return _refused(HTTPStatus.TOO_MANY_REQUESTS, "Too many deliveries from one source.", math.ceil(wait))
        kind = bodies.media_type(request.headers.get("Content-Type"))
        if kind not in {bodies.JSON, bodies.FORM}:
            return _refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"A delivery is {bodies.JSON} or {bodies.FORM}.")
        body = await bodies.read(request, self._patience)
        # Digest, parser and queue may each take milliseconds, and others are waiting.
        return await asyncio.to_thread(self._take_in, body, kind, request.headers)

    def _take_in(self, body: bytes, kind: str, headers: Mapping[str, str]) -> Answer:
        if not signed(body, headers.get(HEADER), self._secrets):
            return _refused(
                HTTPStatus.UNAUTHORIZED, f"{HEADER} does not sign this body with the secret of this webhook."
            )
        event, identifier = headers.get("X-GitHub-Event", ""), headers.get("X-GitHub-Delivery", "")
        if not _DELIVERY.fullmatch(identifier):
            raise InvalidInputError("X-GitHub-Delivery holds the id of the delivery: letters, digits and hyphens.")
        verdict = payload.judge(event, bodies.content(body, kind), self._source)
        if event == payload.PING:
            return Answer(HTTPStatus.OK, Received(outcome="pong", detail="Deliveries of this webhook are understood."))
        if not verdict.wanted:
            return Answer(HTTPStatus.ACCEPTED, Received(outcome="ignored", detail=f"Ignored: {verdict.reason}."))
        if not self._deliveries.enqueue(Delivery(identifier, verdict.reason, self._now())):
            return Answer(HTTPStatus.ACCEPTED, Received(outcome="repeated", detail="This delivery is known already."))
        _log.info("delivery queued", delivery=identifier, reason=verdict.reason)
        return Answer(HTTPStatus.ACCEPTED, Received(outcome="queued", detail=f"Queued: {verdict.reason}."))

    def _tell(self, request: Request, answer: Answer) -> None:
        """A repository that changed hands, or a queue that is away, is for an operator; the rest is what any address gets."""
        alarm = answer.status in {HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE}
        (_log.error if alarm else _log.warning)(
            "delivery refused",
            status=answer.status.value,
            reason=answer.received.detail,
            source=_address(request),
            delivery=printable(request.headers.get("X-GitHub-Delivery", "")),
        )


def router(webhook: Webhook) -> APIRouter:
    routes = APIRouter(tags=["webhooks"])
    others: dict[int | str, dict[str, Any]] = {
        status: {"model": Received} for status in (200, 400, 401, 403, 408, 413, 415, 429, 503)
    }
    routes.add_api_route(
        PATH,
        webhook.receive,
        methods=["POST"],
        status_code=HTTPStatus.ACCEPTED,
        operation_id="github",
        summary="Receive a delivery of GitHub",
        response_model=Received,
        responses=others,
    )
    return routes


def _refusal(error: McpSkillsError) -> Answer:
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), None)
    if status is None:
        raise error
    return _refused(status, error.message, RETRY_SECONDS if isinstance(error, UnavailableError) else None)


def _refused(status: HTTPStatus, detail: str, retry_after: int | None = None) -> Answer:
    return Answer(status, Received(outcome="refused", detail=printable(detail, _SHOWN)), retry_after)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
