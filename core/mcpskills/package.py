"""Packages: the deterministic archive of one skill's files, whose digest is its identity.

The same tree gives the same bytes on any machine: a zip with entries sorted by path, stored, dated 1980, with modes 0644
or 0755 and UTF-8 names.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from mcpskills.errors import CorruptedError, InvalidInputError
from mcpskills.folder import Entry, SkillFolder

MEDIA_TYPE = "application/zip"

_PREFIX = "sha256:"
_HEX_DIGITS = 64
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_REGULAR_FILE = 0o100000


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file of a package. `digest` is `sha256:` and 64 lower-case hex digits over the raw bytes; `size` is in bytes."""

    path: str
    digest: str
    size: int
    executable: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every file of a package, each once, in the order of their paths."""

    files: tuple[ManifestFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    def get(self, path: str) -> ManifestFile | None:
        return next((file for file in self.files if file.path == path), None)


@dataclass(frozen=True, slots=True)
class Package:
    """The archive's bytes, their digest and what is inside."""

    archive: bytes
    digest: str
    manifest: Manifest


def digest(content: bytes) -> str:
    """The content's SHA-256 as `sha256:<64 lower-case hex digits>`."""
    return _PREFIX + hashlib.sha256(content).hexdigest()


def hex_digits(digest: str) -> str:
    """The 64 hex digits of a digest, safe in paths and keys. Raises `InvalidInputError` for what is none."""
    digits = digest.removeprefix(_PREFIX)
    if len(digits) != _HEX_DIGITS or set(digits) - set("0123456789abcdef") or not digest.startswith(_PREFIX):
        raise InvalidInputError(f"A digest is `sha256:` and 64 lower-case hex digits, got {digest[:80]!r}.")
    return digits


def build(folder: SkillFolder) -> Package:
    """Pack a folder that the rules accepted. Raises `InvalidInputError` for entries that are no files."""
    odd = sorted(path for path, entry in folder.entries.items() if not entry.is_file)
    if odd:
        kind = folder.entries[odd[0]].kind
        raise InvalidInputError(f"{folder.path}: a package holds files only, but {odd[0]!r} is a {kind}.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED, strict_timestamps=True) as archive:
        for path in sorted(folder.entries):
            archive.writestr(_info(path, folder.entries[path]), folder.entries[path].content)
    content = buffer.getvalue()
    return Package(content, digest(content), manifest(folder.entries))


def manifest(entries: Mapping[str, Entry]) -> Manifest:
    return Manifest(
        tuple(
            ManifestFile(path, digest(entry.content), entry.size, entry.executable)
            for path, entry in sorted(entries.items())
            if entry.is_file
        )
    )


def unpack(archive: bytes) -> dict[str, bytes]:
    """The files of a package by path. Raises `CorruptedError` when the bytes are no package."""
    return {path: entry.content for path, entry in entries(archive).items()}


def entries(archive: bytes) -> dict[str, Entry]:
    """The files of a package by path, with their modes. Raises `CorruptedError` when the bytes are no package."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return {
                info.filename: Entry.file(opened.read(info), executable=bool(info.external_attr >> 16 & 0o111))
                for info in opened.infolist()
            }
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise CorruptedError(f"A stored package cannot be opened: {error}.") from error


def _info(path: str, entry: Entry) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, date_time=_EPOCH)
    # zipfile writes the platform it runs on; the same bytes everywhere need one fixed answer.
    info.create_system = _UNIX
    info.external_attr = (_REGULAR_FILE | (0o755 if entry.executable else 0o644)) << 16
    info.compress_type = zipfile.ZIP_STORED
    return info
