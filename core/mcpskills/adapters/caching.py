"""A replica's own copies of packages, on disk in front of a store that is far away. Serving never depends on them."""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import structlog

from mcpskills.package import digest as digest_of
from mcpskills.package import hex_digits
from mcpskills.ports import PackageStore

_log = structlog.get_logger(__name__)

RECENT_SECONDS = 60 * 60
"""Who read a package within this time, at a pinned version for example, may soon read it again."""

_PART = ".part-"


@dataclass(frozen=True, slots=True)
class _Copy:
    path: Path
    size: int
    used_at: float
    digest: str


class CachingPackageStore:
    """See `ports.PackageStore`. Keeps at most about `most_bytes` below the folder, which several processes may share.

    Every copy is held against its digest when it is read. Those that nothing names are dropped first, then those that were
    not used for longest. What fails on the disk is logged once, and the store behind answers.
    """

    def __init__(self, store: PackageStore, folder: Path, most_bytes: int) -> None:
        self._store = store
        self._folder = folder
        self._most_bytes = most_bytes
        self._named: Callable[[], Collection[str]] = frozenset
        self._lock = Lock()
        self._unswept: int | None = None
        self._failing = False

    def spare(self, named: Callable[[], Collection[str]]) -> None:
        """Have the packages of these digests kept before others, such as those of what is served; asked at each sweep."""
        self._named = named

    def put(self, digest: str, content: bytes) -> None:
        self._store.put(digest, content)

    def get(self, digest: str) -> bytes:
        copy = self._path(digest)
        content = self._read(copy, digest)
        if content is None:
            content = self._store.get(digest)
            self._keep(copy, content)
        return content

    def remove(self, digest: str) -> None:
        self._store.remove(digest)
        with contextlib.suppress(OSError):
            self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        digits = hex_digits(digest)
        return self._folder / digits[:2] / digits

    def _read(self, copy: Path, digest: str) -> bytes | None:
        """None when there is no copy, or one that is damaged or cannot be read."""
        try:
            content = copy.read_bytes()
            if digest_of(content) == digest:
                os.utime(copy)
                return content
            _log.warning("damaged copy of a package is replaced", path=str(copy))
        except FileNotFoundError:
            pass
        except OSError as error:
            self._fails(error)
        return None

    def _keep(self, copy: Path, content: bytes) -> None:
        if len(content) > self._most_bytes:
            return
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            _write(copy, content)
            self._sweep_after(len(content))
        except OSError as error:
            self._fails(error)
        else:
            self._failing = False

    def _fails(self, error: OSError) -> None:
        if not self._failing:
            _log.warning("the cache of packages fails, doing without", folder=str(self._folder), reason=str(error))
        self._failing = True

    def _sweep_after(self, written: int) -> None:
        """Look through the folder at first, and whenever a tenth of what may lie there was written since."""
        with self._lock:
            if self._unswept is not None and self._unswept + written <= self._most_bytes // 10:
                self._unswept += written
                return
            self._unswept = 0
            self._sweep()

    def _sweep(self) -> None:
        copies, now = self._copies(), time.time()
        # A tenth is left for what is written until the next sweep.
        excess = sum(copy.size for copy in copies) - self._most_bytes * 9 // 10
        if excess <= 0:
            return
        named = self._named()
        ranked = sorted(
            copies,
            key=lambda copy: (copy.digest in named or now - copy.used_at < RECENT_SECONDS, copy.used_at),
        )
        for copy in ranked:
            if excess <= 0:
                return
            copy.path.unlink(missing_ok=True)
            excess -= copy.size

    def _copies(self) -> list[_Copy]:
        """What lies in the folder, parts of it that a process left behind included."""
        found = []
        for path in self._folder.glob("*/*"):
            # Others that share the folder may remove it meanwhile.
            with contextlib.suppress(FileNotFoundError):
                status = path.stat()
                found.append(_Copy(path, status.st_size, status.st_mtime, f"sha256:{path.name}"))
        return found


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all. Not forced onto the disk: what a power cut damages is found by its digest."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
        raise
