"""Files of versions, and what differs between two of them."""

from pydantic import Field

from mcpskills_dashboard.client.connection import Api, segment, segments
from mcpskills_dashboard.client.rows import Row, read


class VersionFile(Row):
    """`media_type` is what the name promises."""

    path: str
    kind: str = "other"
    size: int
    sha256: str = ""
    executable: bool = False
    media_type: str | None = None


class VersionFiles(Row):
    version: int
    files: tuple[VersionFile, ...]


class FileChange(Row):
    """`change` is added, removed, changed or renamed; `diff` is unified, null where lines cannot be shown, as `note` says."""

    path: str
    old_path: str | None = None
    change: str
    old_size: int | None = None
    new_size: int | None = None
    diff: str | None = None
    binary: bool = False
    note: str | None = None


class Difference(Row):
    from_version: int = Field(alias="from")
    to: int
    files: tuple[FileChange, ...]


def listed(api: Api, name: str, version: int) -> VersionFiles:
    return read(VersionFiles, api.get(_at(name, version)))


def content(api: Api, name: str, version: int, path: str, *, most: int) -> bytes:
    """The first bytes of a file."""
    return api.get_bytes(f"{_at(name, version)}/{segments(path)}", most=most)


def difference(api: Api, name: str, older: int, newer: int) -> Difference:
    return read(Difference, api.get(f"/skills/{segment(name)}/diff", **{"from": older, "to": newer}))


def _at(name: str, version: int) -> str:
    return f"/skills/{segment(name)}/versions/{version}/files"
