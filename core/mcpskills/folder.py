"""A skill's folder as it comes from Git, a zip or a disk, before anything about it is trusted.

A reader never raises for what it finds inside a folder: odd things become entries, and rules judge entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

READ_LIMIT = 16 * 1024 * 1024
"""Bytes of one file above which a reader leaves the content out; no limit that a registry may set is higher."""

ENTRY_LIMIT = 10_000
"""Entries after which a reader stops; far above the files that a package may hold, so a rule has long refused it."""

SKILL_FILE = "SKILL.md"

MANIFEST_FILE = "_manifest"
"""The address of a skill's list of files; no file of a skill may stand there."""


class EntryKind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    EXECUTABLE = "executable"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"
    SPECIAL = "special"
    """A FIFO, a device, a socket, or a file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a folder. `content` is the file's bytes, or the target of a symlink; empty above `READ_LIMIT`."""

    kind: EntryKind
    content: bytes
    size: int

    @classmethod
    def file(cls, content: bytes, *, executable: bool = False) -> "Entry":
        return cls(EntryKind.EXECUTABLE if executable else EntryKind.FILE, content, len(content))

    @property
    def is_file(self) -> bool:
        return self.kind in {EntryKind.FILE, EntryKind.EXECUTABLE}

    @property
    def executable(self) -> bool:
        return self.kind is EntryKind.EXECUTABLE


@dataclass(frozen=True, slots=True)
class SkillFolder:
    """A folder that claims to be a skill.

    `path` is where it stands in the registry repository, such as `skills/office/pdf-forms`, or as the user named it.
    `entries` maps paths relative to the folder, with `/` between segments, to what stands there.
    Bytes of a path that are not UTF-8 appear as lone surrogates (PEP 383), so that a rule can point at them.
    """

    path: str
    entries: Mapping[str, Entry]

    @property
    def name(self) -> str:
        return self.path.rstrip("/").rpartition("/")[2]

    @property
    def files(self) -> dict[str, Entry]:
        return {path: entry for path, entry in self.entries.items() if entry.is_file}
