"""The pepper of one machine in a file, made at its first use."""

import secrets
from pathlib import Path

from mcpskills import api_key
from mcpskills.adapters import private_file
from mcpskills.errors import InvalidInputError, UnavailableError

_BYTES = 32


def opened(path: Path) -> bytes:
    """The pepper in the file; a new one when there is no file.

    Raises `InvalidInputError` for a file that holds none or that others may read, `UnavailableError` when it can be neither read
    nor made.
    """
    try:
        if not path.exists():
            private_file.make(path, f"{secrets.token_hex(_BYTES)}\n".encode())
        content = private_file.read(path, "pepper of API keys")
    except OSError as error:
        raise UnavailableError(
            f"The pepper of API keys {path} can be neither read nor made: {error.strerror}."
        ) from error
    try:
        return api_key.pepper(content.decode())
    except (InvalidInputError, UnicodeDecodeError) as error:
        raise InvalidInputError(
            f"The pepper of API keys {path} cannot be read: {api_key.LEAST_PEPPER} random characters or more are expected. "
            "Put back the file that it was; without it every key must be made anew."
        ) from error
