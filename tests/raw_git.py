"""Git objects as no Git client would make them: whatever bytes a story wants, under the id that they have."""

import hashlib
import os
import subprocess
import zlib
from pathlib import Path

from builders import skill_md
from git_fixtures import BRANCH, git

SIGNED = b"author A <a@example.org> 0 +0000\ncommitter A <a@example.org> 0 +0000\n\nChange skills\n"
"""What follows the tree and the parents of an ordinary commit."""

OFS_DELTA, BLOB = 6, 3


def raw_object(repository: Path, kind: str, content: bytes) -> str:
    """Write an object; gives its id."""
    arguments = ["git", "-C", repository, "hash-object", "-t", kind, "-w", "--literally", "--stdin"]
    return os.fsdecode(subprocess.run(arguments, input=content, capture_output=True, check=True).stdout).strip()


def raw_tree(repository: Path, *entries: tuple[str, str]) -> str:
    """A tree of `<mode> <name>` and id, in this order."""
    return raw_object(repository, "tree", b"".join(os.fsencode(at) + b"\0" + bytes.fromhex(oid) for at, oid in entries))


def raw_commit(repository: Path, tree: str, *parents: str, rest: bytes = SIGNED) -> str:
    links = "".join([f"tree {tree}\n", *(f"parent {parent}\n" for parent in parents)])
    return raw_object(repository, "commit", links.encode() + rest)


def raw_skill(repository: Path, name: str, *more: tuple[str, str]) -> str:
    """The tree of a good skill, with more entries after its SKILL.md."""
    return raw_tree(repository, ("100644 SKILL.md", raw_object(repository, "blob", skill_md(name).encode())), *more)


def raw_registry(repository: Path, skills: dict[str, str], *more: tuple[str, str]) -> str:
    """The tree of a commit: folders below `skills` by name, and more entries beside it."""
    below = raw_tree(repository, *((f"40000 {name}", tree) for name, tree in skills.items()))
    return raw_tree(repository, *more, ("40000 skills", below))


def arrive(repository: Path, commit: str) -> str:
    """Have the branch at a commit, as after a push that nobody checked."""
    git(repository, "update-ref", f"refs/heads/{BRANCH}", commit)
    return commit


def delta_on_zeros(repository: Path, content: bytes, megabytes: int) -> str:
    """A small blob, stored as what to insert instead of so many megabytes of zeros; gives its id."""
    base = _header(BLOB, megabytes << 20) + _deflated(bytes(1 << 20), megabytes)
    delta = _number(megabytes << 20) + _number(len(content)) + bytes([len(content)]) + content
    small = _header(OFS_DELTA, len(delta)) + _distance(len(base)) + _deflated(delta)
    body = b"PACK" + (2).to_bytes(4, "big") + (2).to_bytes(4, "big") + base + small
    arguments = ["git", "-C", repository, "index-pack", "--stdin", "--fix-thin"]
    subprocess.run(arguments, input=body + _checksum(body), capture_output=True, check=True)
    return git_id(repository, content)


def git_id(repository: Path, content: bytes) -> str:
    """The id of a blob, which is not written."""
    arguments = ["git", "-C", repository, "hash-object", "--stdin"]
    return os.fsdecode(subprocess.run(arguments, input=content, capture_output=True, check=True).stdout).strip()


def _deflated(content: bytes, times: int = 1) -> bytes:
    stream = zlib.compressobj()
    return b"".join(stream.compress(content) for _ in range(times)) + stream.flush()


def _header(kind: int, size: int) -> bytes:
    first, rest = kind << 4 | size & 15, size >> 4
    return bytes([first | 0x80]) + _number(rest) if rest else bytes([first])


def _number(number: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _distance(distance: int) -> bytes:
    """Seven bits a byte, the highest first, one less in each byte but the last."""
    found = [distance & 0x7F]
    while distance := distance >> 7:
        distance -= 1
        found.insert(0, distance & 0x7F | 0x80)
    return bytes(found)


def _checksum(body: bytes) -> bytes:
    return hashlib.sha1(body, usedforsecurity=False).digest()
