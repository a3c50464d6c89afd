"""Folders of a skill, read off its manifest: nothing in a package is a folder by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import mcp_types as types

from mcpskills.errors import NotFoundError
from mcpskills.folder import SKILL_FILE
from mcpskills.frontmatter import Json
from mcpskills.package import ManifestFile
from mcpskills.version import Version
from mcpskills_server.mcp import media_types
from mcpskills_server.mcp.uris import SkillUri

FOLDER_TYPE: Final = "inode/directory"


@dataclass(frozen=True, slots=True)
class Child:
    """A file or folder directly in a folder; `name` is the last segment of its path."""

    name: str
    resource: types.Resource


def children(version: Version, folder: SkillUri, after: str | None, limit: int) -> Sequence[Child]:
    """At most `limit` children in the order of their names, from after one. Raises `NotFoundError` for what is no folder."""
    inside = f"{folder.path}/" if folder.path else ""
    files: dict[str, ManifestFile | None] = {}
    for file in version.manifest.files:
        if file.path.startswith(inside):
            name, slash, _ = file.path.removeprefix(inside).partition("/")
            files[name] = None if slash else file
    if not files:
        raise NotFoundError(f"{str(folder)!r} is not a folder of the skill {version.skill!r} version {version.number}.")
    names = [name for name in sorted(files) if after is None or name > after][:limit]
    return [
        Child(name, _resource(version, SkillUri(folder.name, inside + name, folder.version), files[name]))
        for name in names
    ]


def file_resource(version: Version, uri: SkillUri, file: ManifestFile) -> types.Resource:
    """A file as listings show it. SKILL.md goes by the skill's name and description, as SEP-2640 asks."""
    own = uri.path == SKILL_FILE
    return types.Resource(
        uri=str(uri),
        name=version.skill if own else file.path.rpartition("/")[2],
        description=_description(version) if own else None,
        mime_type=media_types.of_path(file.path),
        size=file.size,
    )


def frontmatter_of(version: Version) -> Mapping[str, Json]:
    """The frontmatter that was recorded with a version; the rules let nothing but a mapping in."""
    return version.frontmatter if isinstance(version.frontmatter, Mapping) else {}


def _resource(version: Version, uri: SkillUri, file: ManifestFile | None) -> types.Resource:
    if file is None:
        return types.Resource(uri=str(uri), name=uri.path.rpartition("/")[2], mime_type=FOLDER_TYPE)
    return file_resource(version, uri, file)


def _description(version: Version) -> str | None:
    described = frontmatter_of(version).get("description")
    return described if isinstance(described, str) else None
