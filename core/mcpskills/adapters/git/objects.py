"""Raw objects, however they were made: what dulwich reads out of them ends at the first thing that it does not expect."""

from pathlib import Path

from dulwich.errors import ChecksumMismatch
from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID, ShaFile, object_class, object_header
from dulwich.pack import Pack

from mcpskills.adapters.git import sizes
from mcpskills.adapters.git.foreign import BadObjectError
from mcpskills.adapters.git.sizes import Stored
from mcpskills.errors import TooLargeError

OBJECT_LIMIT = 64 * 1024 * 1024
"""Bytes that may have to be unpacked for one object: a delta of a few bytes can stand on a base of any size."""

WORK_LIMIT = 2 * 1024 * 1024 * 1024
"""Bytes that may have to be unpacked for one piece of work."""


class Objects:
    """A store's objects for one piece of work, such as reading a folder.

    Every method raises `BadObjectError` for an object that cannot be used, and foreign errors for one that is missing or damaged.
    """

    def __init__(self, store: DiskObjectStore) -> None:
        self._store = store
        self._work = 0

    @property
    def id_length(self) -> int:
        """Bytes of an object's id."""
        return self._store.object_format.oid_length

    def __contains__(self, oid: ObjectID) -> bool:
        return sizes.locate(self._store, oid) is not None

    def locate(self, oid: ObjectID) -> Stored:
        """An object's place and size; nothing is unpacked."""
        found = sizes.locate(self._store, oid)
        if found is None:
            raise KeyError(oid)
        return found

    def read(self, oid: ObjectID, kind: type[ShaFile], limit: int) -> bytes:
        """The content of an object that must be of this kind and have at most so many bytes. Raises as `load` does."""
        stored = self.locate(oid)
        if stored.size > limit:
            raise BadObjectError(f"The Git object {oid.decode()} has {stored.size} bytes; at most {limit} are read.")
        return self.load(stored, kind)

    def load(self, stored: Stored, kind: type[ShaFile]) -> bytes:
        """The content of an object that must be of this kind. Raises `TooLargeError` above `WORK_LIMIT` in all."""
        name = f"The Git object {stored.oid.decode()}"
        if stored.work > OBJECT_LIMIT:
            raise BadObjectError(f"{name} takes {stored.work} bytes to unpack; at most {OBJECT_LIMIT} may be needed.")
        self._work += stored.work
        if self._work > WORK_LIMIT:
            raise TooLargeError(f"More than {WORK_LIMIT} bytes would have to be unpacked.")
        number, content = _unpacked(stored, stored.source)
        if number != kind.type_num:
            raise BadObjectError(f"{name} is no {kind.type_name.decode()}.")
        self._verify(stored.oid, number, content)
        return content

    def _verify(self, oid: ObjectID, number: int, content: bytes) -> None:
        digest = self._store.object_format.new_hash()
        digest.update(object_header(number, len(content)))
        digest.update(content)
        if digest.hexdigest() != oid.decode():
            raise ChecksumMismatch(oid, digest.hexdigest())


def _unpacked(stored: Stored, source: Pack | Path) -> tuple[int, bytes]:
    """The number of an object's kind, and its content."""
    if isinstance(source, Pack):
        return source.get_raw(stored.oid)
    with source.open("rb") as file:
        header, _, content = sizes.inflated(file, stored.size + sizes.HEAD).partition(b"\0")
    found = object_class(header.partition(b" ")[0])
    return found.type_num if found else 0, content
