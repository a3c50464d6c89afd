r"""What an object costs before it is unpacked, so that a huge one costs nothing.

Formats: gitformat-pack(5) for packs; a loose object is a zlib stream that starts with `blob <size>\0`.
"""

import contextlib
import io
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID, RawObjectID
from dulwich.pack import OFS_DELTA, REF_DELTA, Pack, PackFileDisappeared

from mcpskills.adapters.git.foreign import BadObjectError

CHAIN_LIMIT = 4096
"""Deltas on top of one another; Git itself makes at most 4095."""

HEAD = 64
"""Bytes that hold the header of a loose object, and both sizes at the start of a delta."""

_READ = 512
_MORE = 0x80
_NUMBER_BITS = 63


@dataclass(frozen=True, slots=True)
class Stored:
    """Where an object is: in a pack, or in a file of its own.

    `size` counts the bytes of its content; `work` all that have to be unpacked and put together to get at them.
    """

    oid: ObjectID
    source: Pack | Path
    size: int
    work: int


def locate(store: DiskObjectStore, oid: ObjectID) -> Stored | None:
    """Find an object; None when the store has no such object. Raises `BadObjectError` for a chain of too many deltas."""
    # Packs first, as dulwich reads: of two copies, the one that is measured must be the one that is read.
    for pack in store.packs:
        # A pack may go away meanwhile, when another process repacks; the new one comes later in this list.
        with contextlib.suppress(PackFileDisappeared, FileNotFoundError):
            if oid in pack:
                return _packed(pack, oid)
    digits = oid.decode("ascii")
    file = Path(os.fsdecode(store.path), digits[:2], digits[2:])
    with contextlib.suppress(FileNotFoundError):
        return _loose(file, oid)
    elsewhere = (locate(other, oid) for other in store.alternates if isinstance(other, DiskObjectStore))
    return next((found for found in elsewhere if found), None)


def inflated(file: BinaryIO, limit: int) -> bytes:
    """The first bytes of a zlib stream. A stream may put any number of empty blocks before its first byte."""
    stream = zlib.decompressobj()
    found = bytearray()
    while len(found) < limit and not stream.eof:
        data = stream.unconsumed_tail or file.read(_READ)
        if not data:
            break
        found += stream.decompress(data, limit - len(found))
    return bytes(found)


def _loose(path: Path, oid: ObjectID) -> Stored:
    with path.open("rb") as file:
        header, _, _ = inflated(file, HEAD).partition(b"\0")
    size = int(header.rpartition(b" ")[2])
    return Stored(oid, path, size, size)


def _packed(pack: Pack, oid: ObjectID) -> Stored:
    size: int | None = None
    work = 0
    base: int | None = pack.index.object_offset(oid)
    with Path(os.fsdecode(pack.data.path)).open("rb", buffering=_READ) as file:
        for _ in range(CHAIN_LIMIT):
            if base is None:
                break
            unpacked, result, base = _entry(file, pack, base)
            size = result if size is None else size
            work += unpacked + result
    if base is not None or size is None:
        raise BadObjectError(
            f"The Git object {oid.decode()} is made of more than {CHAIN_LIMIT} deltas; repack the repository."
        )
    return Stored(oid, pack, size, work)


def _entry(file: BinaryIO, pack: Pack, offset: int) -> tuple[int, int, int | None]:
    """One object of a pack: the bytes that it unpacks to, those of its content, and where its base stands if it is a delta."""
    file.seek(offset)
    first = _byte(file)
    kind, size = (first >> 4) & 7, first & 15
    if first & _MORE:
        size |= _number(file) << 4
    if kind == OFS_DELTA:
        base = offset - _distance(file)
    elif kind == REF_DELTA:
        base = pack.index.object_offset(RawObjectID(file.read(pack.object_format.oid_length)))
    else:
        return size, size, None
    delta = io.BytesIO(inflated(file, HEAD))
    _number(delta)  # the size of its base, which the base itself tells as well
    return size, _number(delta), base


def _distance(file: BinaryIO) -> int:
    byte = _byte(file)
    distance = byte & 0x7F
    while byte & _MORE:
        byte = _byte(file)
        distance = (distance + 1) << 7 | byte & 0x7F
    return distance


def _number(file: BinaryIO) -> int:
    """Seven bits a byte, the lowest first."""
    number = 0
    for shift in range(0, _NUMBER_BITS, 7):
        byte = _byte(file)
        number |= (byte & 0x7F) << shift
        if not byte & _MORE:
            return number
    raise ValueError("a size in a pack has too many digits")


def _byte(file: BinaryIO) -> int:
    found = file.read(1)
    if not found:
        raise EOFError("a pack ends too early")
    return found[0]
