"""Temporary folders of indices. Those of processes that were killed are removed by the next one that makes one."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Final

from mcpskills.errors import UnavailableError

_PREFIX: Final = "mcpskills-search-"
_HELD: Final = "held"
"""A file that is locked as long as the process lives whose folder it is in."""


class TemporaryFolder:
    """A folder for as long as somebody has this. Raises `UnavailableError`."""

    def __init__(self) -> None:
        try:
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
            lock = _hold(self.path)
        except OSError as error:
            raise UnavailableError(f"There is no place for an index of the search: {error.strerror}.") from error
        weakref.finalize(self, _remove, self.path, lock)
        _sweep(self.path.parent)


def _hold(path: Path) -> int:
    # Locked before it has its name, so that nobody ever sees it without its lock.
    early = path / f"{_HELD}.new"
    lock = os.open(early, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    early.rename(path / _HELD)
    return lock


def _remove(path: Path, lock: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    os.close(lock)


def _sweep(parent: Path) -> None:
    for held in parent.glob(f"{_PREFIX}*/{_HELD}"):
        # Somebody else's, gone meanwhile, or in use.
        with contextlib.suppress(OSError):
            lock = os.open(held, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(held.parent, ignore_errors=True)
            finally:
                os.close(lock)
