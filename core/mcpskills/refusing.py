"""What is answered to what never becomes a request."""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Final

Refusal = Callable[[HTTPStatus, str, str], tuple[str, bytes]]
"""The media type and the body of such an answer, by status, reason and path, as far as it is known."""

_REASONS: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "This cannot be read as a request of HTTP/1.1.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request's body is too large.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests wait for their answers on this connection.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The request's header is too large.",
}


def problem(status: HTTPStatus, reason: str, path: str) -> tuple[str, bytes]:
    """A problem of RFC 9457."""
    said = {"type": "about:blank", "title": status.phrase, "status": status, "detail": reason, "instance": path}
    return "application/problem+json", json.dumps(said).encode()


def answer(status: HTTPStatus, path: str, refusal: Refusal, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The whole answer, with headers that every answer has, after which the connection is closed."""
    media_type, body = refusal(status, _REASONS[status], path)
    head = f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: {media_type}\r\ncontent-length: {len(body)}\r\n"
    always = b"".join(b"%b: %b\r\n" % each for each in headers)
    return head.encode() + always + b"connection: close\r\n\r\n" + body
