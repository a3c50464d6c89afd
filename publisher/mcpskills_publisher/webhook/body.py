"""The raw bytes of a delivery, no more of them than are allowed, and what they carry."""

import asyncio
from urllib.parse import parse_qs

from fastapi import Request

from mcpskills.errors import InvalidInputError, TooLargeError

LARGEST = 1024 * 1024
"""The most bytes that are read. GitHub sends up to 25 MB, but a push of what registries hold has a few KB."""

SECONDS = 10.0
"""How long a sender may take over a body; GitHub gives up an answer after as long."""

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class TooSlowError(InvalidInputError):
    """The body did not arrive in time."""


async def read(request: Request, seconds: float) -> bytes:
    """Raises `TooLargeError` as soon as that is known, before the rest has arrived, and `TooSlowError`."""
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > LARGEST:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST:
                    raise _too_large()
    except TimeoutError as error:
        raise TooSlowError(f"The body did not arrive within {seconds:g} seconds.") from error
    return bytes(body)


def media_type(header: str | None) -> str:
    return (header or "").partition(";")[0].strip().lower()


def content(body: bytes, kind: str) -> bytes:
    """The JSON in a body of one of the two media types. Raises `InvalidInputError`."""
    if kind == JSON:
        return body
    try:
        fields = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=1)
        return fields["payload"][0].encode()
    except (ValueError, KeyError) as error:
        raise InvalidInputError("A form has one field, `payload`, which holds the JSON.") from error


def _too_large() -> TooLargeError:
    return TooLargeError(f"The body has more than {LARGEST} bytes, which is the most that is read.")
