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
            lock = _held(self.path)
        except OSError as error:
            raise UnavailableError(f"There is no place for an index of the search: {error.strerror}.") from error
        weakref.finalize(self, _remove, self.path, lock)
        # Whatever is wrong with what others have there, this folder is good.
        with contextlib.suppress(OSError):
            _sweep(self.path.parent)


def _held(path: Path) -> int:
    """The lock of a new folder, which is gone when there can be none."""
    # Locked before it has its name, so that nobody ever sees it without its lock.
    early = path / f"{_HELD}.new"
    try:
        lock = os.open(early, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        early.rename(path / _HELD)
    except OSError:
        shutil.rmtree(path, ignore_errors=True)
        raise
    return lock


def _remove(path: Path, lock: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    os.close(lock)


def _sweep(parent: Path) -> None:
    with os.scandir(parent) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX):
                # Gone meanwhile, or in use.
                with contextlib.suppress(OSError):
                    _remove_unheld(entry)


def _remove_unheld(folder: "os.DirEntry[str]") -> None:
    """Raises `OSError` for one that is in use."""
    # Where everybody may write, what others made may be a trap.
    if not folder.is_dir(follow_symlinks=False) or folder.stat(follow_symlinks=False).st_uid != os.geteuid():
        return
    lock = os.open(Path(folder.path) / _HELD, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder.path, ignore_errors=True)
    finally:
        os.close(lock)
