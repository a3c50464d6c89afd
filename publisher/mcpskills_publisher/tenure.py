"""Holding the publisher's lease for as long as a reconcile takes."""

import contextlib
import fcntl
import os
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mcpskills.errors import LeaseLostError, UnavailableError
from mcpskills.ports import Catalog, Lease

_LOCK = "publisher.lock"
_ID = re.compile(rb"[0-9a-f]{32}\n")


class Tenure:
    """The lease of a tenant, in the name of a data directory: a random id that stands in its lock file, after the host's name.

    The lock keeps two processes from using the name at once. The system drops it when a process dies, so a publisher that was
    killed goes on right after its restart, without waiting for its own lease to run out. Directories that look alike, such as
    the volumes of two containers, have names of their own; so has a copy on another host, whose lock would be another one.
    """

    def __init__(self, catalog: Catalog, tenant: str, data: Path, seconds: float) -> None:
        self._catalog = catalog
        self._tenant = tenant
        self._data = data
        self._seconds = seconds

    @contextlib.contextmanager
    def held(self) -> Iterator[Callable[[], Lease]]:
        """Gives the lease each time it is asked for, renewed in good time.

        Raises `LeaseLostError`, also when another publisher worked while this one paused: what was read before is old then.
        """
        with self._lock() as holder:
            lease, taken = self._acquire(holder), time.monotonic()

            def current() -> Lease:
                nonlocal lease, taken
                if time.monotonic() - taken > self._seconds / 3:
                    before, lease, taken = lease, self._acquire(holder), time.monotonic()
                    _expect_own(before, lease)
                return lease

            try:
                yield current
            finally:
                self._catalog.release_lease(lease)

    def _acquire(self, holder: str) -> Lease:
        return self._catalog.acquire_lease(self._tenant, holder, self._seconds)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[str]:
        """Gives the holder's name, which nobody else uses while the lock is held."""
        path = self._data / _LOCK
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise UnavailableError(f"The file {path} cannot be opened: {error.strerror}.") from error
        try:
            _take(handle, self._data)
            yield f"{socket.gethostname()}:{_id(handle, path)}"
        finally:
            os.close(handle)


def _expect_own(before: Lease, now: Lease) -> None:
    # One change is this publisher's own lease that ran out and was taken again; a second one is somebody else's.
    if now.token > before.token + 1:
        raise LeaseLostError(
            "Another publisher worked while this one paused past its lease; it stops here, and looks at Git anew."
        )


def _take(handle: int, data: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LeaseLostError(f"Another publisher works in the data directory {data}.") from error


def _id(handle: int, path: Path) -> str:
    """The id in the lock file, written by who comes first. One that a full disk or a crash cut short is replaced."""
    try:
        found = os.pread(handle, 64, 0)
        if not _ID.fullmatch(found):
            found = secrets.token_hex(16).encode() + b"\n"
            os.ftruncate(handle, 0)
            os.pwrite(handle, found, 0)
            os.fsync(handle)
    except OSError as error:
        raise UnavailableError(f"The file {path} cannot be read and written: {error.strerror}.") from error
    return found.decode().strip()
