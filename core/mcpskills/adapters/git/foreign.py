"""What dulwich and the system raise, as one tuple, so that a single place turns it into our errors; and an error of our own."""

import contextlib
import struct
import zlib
from collections.abc import Iterator

from dulwich import client, errors, file, object_store, pack, refs, repo
from urllib3.exceptions import HTTPError

from mcpskills.errors import CorruptedError, InvalidInputError, UnavailableError

FOREIGN = (
    OSError,
    EOFError,
    HTTPError,
    zlib.error,
    struct.error,
    # dulwich answers a missing object with a KeyError and malformed data with these.
    KeyError,
    ValueError,
    AssertionError,
    client.HTTPProxyUnauthorized,
    client.HTTPUnauthorized,
    client.InvalidWants,
    errors.ApplyDeltaError,
    errors.ChecksumMismatch,
    errors.FileFormatException,
    errors.GitProtocolError,
    errors.MissingCommitError,
    errors.NotGitRepository,
    errors.ObjectMissing,
    errors.RefFormatError,
    errors.WrongObjectException,
    file.FileLocked,
    object_store.MaxTreeDepthExceeded,
    pack.PackFileDisappeared,
    pack.UnresolvedDeltas,
    refs.SymrefLoop,
    repo.InvalidWorktreeConfiguration,
    repo.UnsupportedExtension,
    repo.UnsupportedVersion,
)


class BadObjectError(InvalidInputError):
    """An object that was pushed as it is and can only be replaced. One that the repository has lost is foreign errors' matter."""


@contextlib.contextmanager
def unavailable(sentence: str, advice: str) -> Iterator[None]:
    """Foreign errors become `UnavailableError`: the sentence, why in brackets, then the advice."""
    try:
        yield
    except FOREIGN as error:
        raise UnavailableError(f"{sentence} ({why(error)}). {advice}") from error


@contextlib.contextmanager
def corrupted(what: str) -> Iterator[None]:
    """Foreign errors become `CorruptedError`, for a part of the repository whose loss does not concern the rest."""
    try:
        yield
    except FOREIGN as error:
        raise CorruptedError(f"{what} cannot be read from the repository: {why(error)}.") from error


def why(error: Exception) -> str:
    """The error in a few words."""
    if isinstance(error, client.HTTPUnauthorized):
        return "the server refuses the credentials"
    if isinstance(error, errors.NotGitRepository):
        return "there is no Git repository"
    if isinstance(error, KeyError):
        return f"object {_text(error.args[0])} is missing" if error.args else "an object is missing"
    root: BaseException = error
    # A plain "Connection refused" comes wrapped three times, with addresses in between.
    while root.__cause__ is not None:
        root = root.__cause__
    if isinstance(root, OSError) and root.strerror:
        return root.strerror
    return str(error).strip().rstrip(".") or type(error).__name__


def _text(key: object) -> str:
    return key.decode("ascii", "backslashreplace") if isinstance(key, bytes) else str(key)
