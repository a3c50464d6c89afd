"""Packages and other objects in a directory, each a file that is written beside and then put into place.

A package is `<root>/<first two hex digits>/<digest>.zip`.
"""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
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
            with _beside(path, content) as written:
                written.replace(path)
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


class DirectoryObjectStore:
    """See `ports.ObjectStore`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, content: bytes) -> bool:
        path = self._root / name
        with self._using():
            path.parent.mkdir(parents=True, exist_ok=True)
            with _beside(path, content) as written:
                try:
                    path.hardlink_to(written)
                except FileExistsError:
                    return False
        return True

    def get(self, name: str) -> bytes:
        with self._using():
            try:
                return (self._root / name).read_bytes()
            except FileNotFoundError as error:
                raise NotFoundError(f"There is no {name} in {self._root}.") from error

    def names(self, after: str = "") -> Iterator[str]:
        with self._using():
            files = [path for path in self._root.rglob("[!.]*") if path.is_file()]
        yield from sorted(name for path in files if (name := path.relative_to(self._root).as_posix()) > after)

    def remove(self, name: str) -> None:
        path = self._root / name
        with self._using():
            path.unlink(missing_ok=True)
            for folder in path.relative_to(self._root).parents[:-1]:
                try:
                    (self._root / folder).rmdir()
                except OSError:
                    break  # it holds more, or is gone

    @contextlib.contextmanager
    def _using(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UnavailableError(f"The directory {self._root} cannot be used: {error.strerror}.") from error


@contextlib.contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """A file in the same folder, whole and on disk, which the block puts into place; otherwise it is gone afterwards."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield Path(temporary)
    finally:
        Path(temporary).unlink(missing_ok=True)
    # What was put into place survives a power cut only once the directory is on disk too.
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
