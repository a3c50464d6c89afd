r"""The size of an object without unpacking it, so that a huge file costs nothing.

Formats: gitformat-pack(5) for packs; a loose object is a zlib stream that starts with `blob <size>\0`.
"""

import os
import zlib
from pathlib import Path

from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID
from dulwich.pack import OFS_DELTA, REF_DELTA, Pack

_HEAD = 256
"""Bytes that hold every header: at most ten of size, ten of offset or 32 of base id, and a few of the zlib stream."""

_MORE = 0x80


def object_size(store: DiskObjectStore, oid: ObjectID) -> int:
    """Bytes of the object's content. Raises `KeyError` when the store has no such object."""
    loose = _loose(Path(os.fsdecode(store.path)), oid)
    if loose is not None:
        return loose
    for pack in store.packs:
        try:
            offset = pack.index.object_offset(oid)
        except KeyError:
            continue
        return _packed(pack, offset)
    for alternate in store.alternates:
        if isinstance(alternate, DiskObjectStore):
            return object_size(alternate, oid)
    raise KeyError(oid)


def _loose(objects: Path, oid: ObjectID) -> int | None:
    digits = oid.decode("ascii")
    try:
        with (objects / digits[:2] / digits[2:]).open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError:
        return None
    header, _, _ = zlib.decompressobj().decompress(head, _HEAD).partition(b"\0")
    return int(header.rpartition(b" ")[2])


def _packed(pack: Pack, offset: int) -> int:
    with Path(os.fsdecode(pack.data.path)).open("rb") as file:
        file.seek(offset)
        head = file.read(_HEAD)
    kind, size = (head[0] >> 4) & 7, head[0] & 15
    at, shift = 1, 4
    while head[at - 1] & _MORE:
        size |= (head[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    if kind == OFS_DELTA:
        while head[at] & _MORE:
            at += 1
        return _delta_result(head[at + 1 :])
    if kind == REF_DELTA:
        return _delta_result(head[at + pack.object_format.oid_length :])
    return size


def _delta_result(stream: bytes) -> int:
    """A delta starts with the size of its base and the size of its result, seven bits a byte, the lowest first."""
    delta = zlib.decompressobj().decompress(stream, _HEAD)
    at = 0
    while delta[at] & _MORE:
        at += 1
    size, shift, at = 0, 0, at + 1
    while delta[at] & _MORE:
        size |= (delta[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return size | delta[at] << shift
