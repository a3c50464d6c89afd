"""Reading commits, with all that is wrong with them: Git takes a commit for good whose tree and parents it can read."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from dulwich.objects import Commit, ObjectID

from mcpskills.adapters.git.foreign import BadObjectError
from mcpskills.adapters.git.objects import OBJECT_LIMIT, Objects
from mcpskills.printable import printable

SHOWN = 200
"""Characters of a title and of an author."""

_LAST_SECOND = 253402300799  # of the year 9999; a commit may claim any time
_LINKS = re.compile(rb"tree ([0-9a-fA-F]{40,64})\n((?:parent [0-9a-fA-F]{40,64}\n)*)")
_SECONDS = re.compile(rb"\s*(\d{1,13})")
_CUT = 8 * SHOWN
"""Bytes that hold as many characters."""


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """A commit's first line, who wrote it (without the address) and when, in UTC; empty or 1970 where it does not say."""

    id: str
    tree: ObjectID
    title: str
    author: str
    committed_at: datetime
    parents: tuple[str, ...]


def read(objects: Objects, oid: ObjectID) -> CommitInfo:
    """One commit. Raises `BadObjectError` when not even its tree can be told."""
    raw = objects.read(oid, Commit, OBJECT_LIMIT)
    tree, parents = _links(oid, raw)
    headers, _, message = raw.partition(b"\n\n")
    seconds = _SECONDS.match(_header(headers, b"committer").rpartition(b">")[2])
    return CommitInfo(
        id=oid.decode(),
        tree=tree,
        title=_text(message.lstrip().partition(b"\n")[0]),
        author=_text(_header(headers, b"author").partition(b"<")[0]),
        committed_at=datetime.fromtimestamp(min(int(seconds[1]), _LAST_SECOND) if seconds else 0, UTC),
        parents=tuple(parent.decode() for parent in parents),
    )


def parents(objects: Objects, oid: ObjectID) -> list[ObjectID]:
    """The parents of a commit. Raises `BadObjectError`."""
    return _links(oid, objects.read(oid, Commit, OBJECT_LIMIT))[1]


def _links(oid: ObjectID, raw: bytes) -> tuple[ObjectID, list[ObjectID]]:
    found = _LINKS.match(raw)
    if found is None:
        raise BadObjectError(f"The Git object {oid.decode()} is a commit without a tree.")
    return ObjectID(found[1].lower()), [ObjectID(line.split()[1].lower()) for line in found[2].splitlines()]


def _header(headers: bytes, name: bytes) -> bytes:
    """The rest of the first line that starts with the name; empty without one."""
    found = re.search(rb"^%b (.*)" % name, headers, re.MULTILINE)
    return found[1] if found else b""


def _text(raw: bytes) -> str:
    return printable(raw[:_CUT].decode("utf-8", "replace").strip(), SHOWN)
