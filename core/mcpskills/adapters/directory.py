"""Package store in a directory: `<root>/<first two hex digits>/<digest>.zip`, written beside and renamed into place."""

import errno
import os
import tempfile
from pathlib import Path

from mcpskills.errors import CorruptedError, NotFoundError, UnavailableError
from mcpskills.package import digest as digest_of
from mcpskills.package import hex_digits

_OF_ONE_FILE = {errno.EACCES, errno.EIO, errno.EISDIR, errno.ELOOP, errno.ENOTDIR, errno.EPERM}
"""What is wrong with one package and says nothing about the others."""


class DirectoryPackageStore:
    """See `ports.PackageStore`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, digest: str, content: bytes) -> None:
        if digest_of(content) != digest:
            raise CorruptedError(f"A package was to be kept under {digest}, but its bytes have {digest_of(content)}.")
        path = self._path(digest)
        try:
            if path.exists() and digest_of(path.read_bytes()) == digest:
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, content)
        except OSError as error:
            raise UnavailableError(f"A package cannot be kept in {self._root}: {error.strerror}.") from error

    def get(self, digest: str) -> bytes:
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(f"No package is kept under {digest}.") from error
        except OSError as error:
            said = f"The package {digest} cannot be read: {error.strerror}."
            raise CorruptedError(said) if error.errno in _OF_ONE_FILE else UnavailableError(said) from error
        if digest_of(content) != digest:
            raise CorruptedError(f"The package kept under {digest} has the bytes of {digest_of(content)}.")
        return content

    def remove(self, digest: str) -> None:
        try:
            self._path(digest).unlink(missing_ok=True)
        except OSError as error:
            raise UnavailableError(f"The package {digest} cannot be removed: {error.strerror}.") from error

    def _path(self, digest: str) -> Path:
        digits = hex_digits(digest)
        return self._root / digits[:2] / f"{digits}.zip"


def _write(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    # The rename itself survives a power cut only once the directory is on disk too.
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
