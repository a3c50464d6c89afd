"""What the headers of a request must be, in either era, beside what the SDK looks at."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from mcp_types import HEADER_MISMATCH, INVALID_REQUEST
from starlette.types import Scope

JSON: Final = b"application/json"

_SINGLE: Final = frozenset(
    {
        b"authorization",
        b"content-type",
        b"host",
        b"last-event-id",
        b"mcp-protocol-version",
        b"mcp-session-id",
        b"origin",
    }
)
"""They say where a request belongs: of two, a proxy may read the second one while the first one is read here."""


def problem(scope: Scope) -> tuple[HTTPStatus, str, int] | None:
    """Why a request is refused: status, message, and the code of JSON-RPC; None for one that is not."""
    name = _repeated(scope["headers"])
    if name is not None:
        message = f"The header {name} came more than once; it must come once."
        return HTTPStatus.BAD_REQUEST, message, HEADER_MISMATCH
    if scope["method"] == "POST" and not _is_json(scope["headers"]):
        message = "The Content-Type header must be application/json."
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message, INVALID_REQUEST
    return None


def _repeated(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Names are in lower case, as ASGI has them."""
    seen: set[bytes] = set()
    for name, _ in headers:
        if name in seen:
            return name.decode("latin-1")
        if name in _SINGLE:
            seen.add(name)
    return None


def _is_json(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    given = next((value for name, value in headers if name == b"content-type"), b"")
    return given.partition(b";")[0].strip().lower() == JSON
