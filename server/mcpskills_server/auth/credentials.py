"""Where a request carries its credential."""

from collections.abc import Iterable
from typing import Final

from mcpskills_server.auth.refusals import Reason, RefusedCredentialError, malformed

MOST_BYTES: Final = 16 * 1024
"""Of a credential."""

_BEARER: Final = b"bearer "


def given(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """The credential of a request, None without any. Raises as `carried` and `read` do."""
    return read(*carried(headers))


def carried(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes | None, bytes | None]:
    """The values of Authorization and of X-API-Key as they came; header names are in lower case, as ASGI has them.

    Raises `RefusedCredentialError` for one that comes twice.
    """
    authorization = api_key = None
    for name, value in headers:
        if name == b"authorization":
            if authorization is not None:
                raise _twice(name)
            authorization = value
        elif name == b"x-api-key":
            if api_key is not None:
                raise _twice(name)
            api_key = value
    return authorization, api_key


def read(authorization: bytes | None, api_key: bytes | None) -> bytes | None:
    """The credential in these values. Raises `RefusedCredentialError` for two, and for another scheme than Bearer."""
    if authorization is None:
        return None if api_key is None else _bounded(api_key)
    if authorization[: len(_BEARER)].lower() != _BEARER:
        raise RefusedCredentialError(Reason.MALFORMED, "The Authorization header must be `Bearer <key>`.")
    bearer = _bounded(authorization[len(_BEARER) :])
    if api_key is not None and api_key.strip() != bearer:
        message = "Authorization and X-API-Key say different things; send one of them."
        raise RefusedCredentialError(Reason.AMBIGUOUS, message)
    return bearer


def _bounded(credential: bytes) -> bytes:
    credential = credential.strip()
    if not 0 < len(credential) <= MOST_BYTES:
        raise malformed()
    return credential


def _twice(name: bytes) -> RefusedCredentialError:
    message = f"The header {name.decode()} came more than once; it must come once."
    return RefusedCredentialError(Reason.AMBIGUOUS, message)
