"""What the admin API says about the files of versions, and about what differs between two of them."""

from typing import Any, Final

from pydantic import ConfigDict, Field

from mcpskills_server.admin.differing import Kind
from mcpskills_server.admin.model import Model

_SKILL_FILE: Final[dict[str, Any]] = {
    "path": "SKILL.md",
    "kind": "instructions",
    "size": 5120,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "executable": False,
    "media_type": "text/markdown",
}
_DIFF: Final = "--- a/SKILL.md\n+++ b/SKILL.md\n@@ -5 +5 @@\n-# How to fill in a form\n+# How to fill in any form"


class ManifestFileView(Model):
    """One file of a version. `media_type` is what its name promises, null for a name that promises nothing."""

    path: str
    kind: str
    size: int
    sha256: str
    executable: bool
    media_type: str | None


class FileList(Model):
    """The files of a version in the order of their paths."""

    model_config = ConfigDict(
        frozen=True, json_schema_extra={"example": {"skill": "pdf-forms", "version": 2, "files": [_SKILL_FILE]}}
    )

    skill: str
    version: int
    files: tuple[ManifestFileView, ...]


class VersionedFileView(Model):
    """A file that differs. `old_path` is of a renamed one, whose content is the same.

    `diff` is unified; null where nothing can be shown line by line, and `note` says why, that it is not whole, or that the
    file may be run now or no longer. Whatever could hide something in a line of it is escaped.
    """

    path: str
    old_path: str | None
    change: Kind
    old_size: int | None
    new_size: int | None
    diff: str | None
    binary: bool
    note: str | None


class VersionDiff(Model):
    """What differs between two versions of a skill, in the order of paths."""

    model_config = ConfigDict(
        frozen=True,
        serialize_by_alias=True,
        json_schema_extra={
            "example": {
                "skill": "pdf-forms",
                "from": 1,
                "to": 2,
                "files": [
                    {
                        "path": "SKILL.md",
                        "old_path": None,
                        "change": "changed",
                        "old_size": 5117,
                        "new_size": 5120,
                        "diff": _DIFF,
                        "binary": False,
                        "note": None,
                    }
                ],
            }
        },
    )

    skill: str
    from_: int = Field(alias="from")
    to: int
    files: tuple[VersionedFileView, ...]
