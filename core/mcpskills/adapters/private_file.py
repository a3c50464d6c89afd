"""Files that hold a secret: made once, whole and on disk, and read only where nobody else may."""

import os
import stat
import tempfile
from pathlib import Path

from mcpskills.errors import InvalidInputError

_LIMIT = 64 * 1024
_TOO_OPEN = stat.S_IWGRP | stat.S_IRWXO
"""A secret store may let a group read the file; nobody else may, and nobody but its owner may write it."""


def make(path: Path, content: bytes) -> None:
    """A file that is whole as soon as it is there; of several that make one at once, the first one's is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = written(path, content)
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return
    finally:
        temporary.unlink()


def written(beside: Path, content: bytes) -> Path:
    """A file of mode 0600 in the same folder, on disk, under a name of its own."""
    handle, temporary = tempfile.mkstemp(dir=beside.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(temporary)


def read(path: Path, what: str) -> bytes:
    """As much of it as a secret has. Raises `InvalidInputError`, which says `what` it is, for a file that others may read."""
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        content = file.read(_LIMIT)
    if mode & _TOO_OPEN:
        raise InvalidInputError(f"The {what} {path} has the mode {mode:04o}, open to others: `chmod 600` it.")
    return content
