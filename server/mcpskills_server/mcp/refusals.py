"""Refusals of requests that never reach the protocol, as JSON: some clients can read nothing else."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from mcp_types import INTERNAL_ERROR, INVALID_REQUEST
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

RETRY_SECONDS: Final = 1

ADVICE: Final = {
    HTTPStatus.FORBIDDEN: "This Origin is not allowed. Add it to MCPSKILLS_ALLOWED_ORIGINS.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Expected POST.",
    HTTPStatus.NOT_ACCEPTABLE: "The Accept header must name application/json and text/event-stream.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request's body is too large.",
    HTTPStatus.MISDIRECTED_REQUEST: "This Host is not allowed. Add it to MCPSKILLS_ALLOWED_HOSTS.",
}
"""In place of the SDK's answers that are no JSON."""


def refusal(
    status: HTTPStatus,
    message: str | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    code: int | None = None,
) -> Response:
    """An error of JSON-RPC; its message and code are the usual ones of the status unless others are given."""
    if code is None:
        code = INTERNAL_ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else INVALID_REQUEST
    text = message or ADVICE.get(status, status.description or status.phrase)
    body = {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": text}}
    return Response(json.dumps(body), status, headers, media_type="application/json")


def busy(message: str) -> Response:
    """Ask again in a moment."""
    return refusal(HTTPStatus.SERVICE_UNAVAILABLE, message, {"Retry-After": str(RETRY_SECONDS)})


class JsonErrors:
    """A `send` that replaces error bodies which are no JSON."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._replaced = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= HTTPStatus.BAD_REQUEST:
            headers = Headers(raw=message["headers"])
            self._replaced = not headers.get("content-type", "").startswith("application/json")
            if self._replaced:
                kept = {name: headers[name] for name in ("allow", "retry-after") if name in headers}
                response = refusal(HTTPStatus(message["status"]), headers=kept)
                await response(self._scope, self._receive, self._send)
        if not self._replaced:
            await self._send(message)
