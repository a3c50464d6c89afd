"""Writing what `mcpskills validate --fix` puts right: all files of a skill or none, and never through a link."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mcpskills.adapters import folders
from mcpskills.errors import ConflictError, UnavailableError
from mcpskills.folder import Entry, SkillFolder
from mcpskills.validation.fixing import fixed

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# O_NONBLOCK: a file that was swapped for a pipe after it was looked at must not hang.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_EXECUTE, _WRITE = 0o111, 0o222


def fix(path: Path, shown: str) -> tuple[str, ...]:
    """Fix the skill at `path`, which is called `shown`, on disk; gives what was changed, a sentence each.

    Raises `NotFoundError` when `path` is no folder, and what `write` raises.
    """
    before = folders.read(path, shown)
    after, told = fixed(before)
    write(path, before, after)
    return told


def write(path: Path, before: SkillFolder, after: SkillFolder) -> None:
    """Make the folder on disk, read as `before`, what `after` has under the same paths.

    Only files that differ are written, each replaced in one step with its mode kept. Raises `UnavailableError` when one cannot be
    written and `ConflictError` when one is not as it was read; then all stay as they are.
    """
    changes = {at: (before.entries[at], new) for at, new in after.entries.items() if new != before.entries[at]}
    token = secrets.token_hex(8)
    staged = {at: f".mcpskills-{token}-{number}.new" for number, at in enumerate(changes)}
    root, written = path.resolve(), list[str]()
    try:
        for at, (old, new) in changes.items():
            with _named(f"{before.path}/{at}"):
                _stage(root, at, staged[at], old, new)
        for at in changes:
            with _named(f"{before.path}/{at}"):
                _put(root, at, staged[at])
            written.append(at)
    except (ConflictError, UnavailableError):
        # What a file system refuses it mostly refuses while staging; this is for what it refuses only at the last step.
        for at in written:
            old, new = changes[at]
            with _named(f"{before.path}/{at} was changed and"):
                _stage(root, at, staged[at], new, old)
                _put(root, at, staged[at])
        raise
    finally:
        for at, temporary in staged.items():
            with suppress(OSError), _parent(root, at) as (folder, _):
                os.unlink(temporary, dir_fd=folder)


@contextmanager
def _named(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnavailableError(f"{what} cannot be written: {error.strerror}.") from error


def _stage(root: Path, at: str, temporary: str, old: Entry, new: Entry) -> None:
    """Write what the file becomes beside it."""
    with _parent(root, at) as (folder, name):
        with os.fdopen(os.open(name, _READ, dir_fd=folder), "rb") as present:
            found = os.fstat(present.fileno()).st_mode
            if not stat.S_ISREG(found) or present.read(old.size + 1) != old.content:
                raise ConflictError(f"{at} changed while it was being fixed; run the command again.")
        # To replace a file the folder's leave is enough, so the file's own has to be asked for.
        if not found & _WRITE or not os.access(name, os.W_OK, dir_fd=folder):
            raise UnavailableError(f"{at} is read-only, so nothing in this skill was fixed; make it writable.")
        with os.fdopen(os.open(temporary, _NEW, 0o600, dir_fd=folder), "wb") as beside:
            beside.write(new.content)
            os.fchmod(beside.fileno(), _mode(stat.S_IMODE(found), executable=new.executable))


def _put(root: Path, at: str, temporary: str) -> None:
    with _parent(root, at) as (folder, name):
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _mode(mode: int, *, executable: bool) -> int:
    """Who may read may execute, or nobody may."""
    return mode | (mode & 0o444) >> 2 if executable else mode & ~_EXECUTE


@contextmanager
def _parent(root: Path, at: str) -> Iterator[tuple[int, bytes]]:
    """The folder of a file, opened without following a link on the way from `root`, and the file's name in it."""
    *above, name = at.encode("utf-8", "surrogateescape").split(b"/")
    opened = os.open(root, _FOLDER)
    try:
        for segment in above:
            inner = os.open(segment, _FOLDER, dir_fd=opened)
            os.close(opened)
            opened = inner
        yield opened, name
    finally:
        os.close(opened)
