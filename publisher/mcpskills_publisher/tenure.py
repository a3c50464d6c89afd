"""Holding the publisher's lease for as long as a reconcile takes."""

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mcpskills.errors import LeaseLostError, UnavailableError
from mcpskills.ports import Catalog, Lease

_LOCK = "publisher.lock"


class Tenure:
    """The lease of a tenant, in the name of this machine's data directory.

    A lock on a file in that directory keeps two processes from using the name at once. The system drops it when a process
    dies, so a publisher that was killed goes on right after its restart, without waiting for its own lease to run out.
    """

    def __init__(self, catalog: Catalog, tenant: str, data: Path, seconds: float) -> None:
        self._catalog = catalog
        self._tenant = tenant
        self._data = data
        self._seconds = seconds
        self._holder = f"{socket.gethostname()}:{data.resolve()}"

    @contextlib.contextmanager
    def held(self) -> Iterator[Callable[[], Lease]]:
        """Gives the lease each time it is asked for, renewed in good time.

        Raises `LeaseLostError`, also when another publisher worked while this one paused: what was read before is old then.
        """
        with self._lock():
            lease, taken = self._acquire(), time.monotonic()

            def current() -> Lease:
                nonlocal lease, taken
                if time.monotonic() - taken > self._seconds / 3:
                    before, lease, taken = lease, self._acquire(), time.monotonic()
                    _expect_own(before, lease)
                return lease

            try:
                yield current
            finally:
                self._catalog.release_lease(lease)

    def _acquire(self) -> Lease:
        return self._catalog.acquire_lease(self._tenant, self._holder, self._seconds)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        path = self._data / _LOCK
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise UnavailableError(f"The file {path} cannot be opened: {error.strerror}.") from error
        try:
            _take(handle, self._data)
            yield
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
