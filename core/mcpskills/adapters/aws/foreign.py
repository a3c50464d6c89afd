"""From botocore's errors to the one error tree."""

import contextlib
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from mcpskills.errors import UnavailableError


@contextlib.contextmanager
def translated(what: str) -> Iterator[None]:
    """Whatever AWS refuses or cannot be asked is `UnavailableError`; a caller catches before what it knows better."""
    try:
        yield
    except ClientError as error:
        raise UnavailableError(f"{what} cannot be used: {code(error)}: {_message(error)}") from error
    except BotoCoreError as error:
        raise UnavailableError(f"{what} cannot be reached: {error}") from error


def code(error: ClientError) -> str:
    """AWS's word for what is wrong, such as `NoSuchKey`; for answers without a body their HTTP status."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def _message(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", "no message"))
