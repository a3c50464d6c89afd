"""Routes about what is inside of versions: their files, and what differs between two of them."""

import asyncio
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query
from fastapi.responses import Response

from mcpskills import package, trust
from mcpskills.errors import RevokedError
from mcpskills.skill import file_kind
from mcpskills.version import StandingKind, Version
from mcpskills_server.admin import differing, vouched
from mcpskills_server.admin.differing import Differ, FileMove, FileState
from mcpskills_server.admin.file_models import FileList, ManifestFileView, VersionDiff, VersionedFileView
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.reading import SkillId
from mcpskills_server.admin.standing import Number
from mcpskills_server.mcp import media_types

FilePath = Annotated[
    str,
    Path(alias="path", min_length=1, max_length=1_000, description="As the manifest has it.", examples=["SKILL.md"]),
]
Old = Annotated[int, Query(alias="from", ge=1, le=2**53, description="The version that is compared.")]
New = Annotated[int, Query(alias="to", ge=1, le=2**53, description="The version that it is compared with.")]


class FileContent(Response):
    media_type = media_types.BINARY


class PackageContent(Response):
    media_type = package.MEDIA_TYPE


class Files:
    """Reads packages. What was revoked, and what nobody vouches for, is listed and not shown."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_files(self, name: SkillId, number: Number) -> FileList:
        """The manifest of a version, also of one that was yanked or revoked, and of a skill that Git deleted."""
        version = await self._version(name, number)
        return FileList(
            skill=name,
            version=number,
            files=tuple(
                ManifestFileView(
                    path=file.path,
                    kind=file_kind(file.path),
                    size=file.size,
                    sha256=package.hex_digits(file.digest),
                    executable=file.executable,
                    media_type=media_types.of_path(file.path),
                )
                for file in version.manifest.files
            ),
        )

    async def show_file(self, name: SkillId, number: Number, path: FilePath) -> FileContent:
        """A file's raw bytes, verified; text as `text/plain`, whatever its name says, and all else as `octet-stream`.

        410 for a version that was revoked.
        """
        version = await self._readable(name, number)
        content = await self._admin.library.read(self._admin.replica.view.snapshot, version, path)
        kind = f"{media_types.TEXT}; charset=utf-8" if differing.is_text(content) else media_types.BINARY
        # A browser that is sent here keeps it as a file: nothing in it runs on this origin.
        kept_as = quote(path.rpartition("/")[2], safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{kept_as}"}
        return FileContent(content, headers=headers, media_type=kind)

    async def show_package(self, name: SkillId, number: Number) -> PackageContent:
        """All files of a version in one zip, byte for byte as it was published and verified. 410 for a revoked version."""
        version = await self._readable(name, number)
        content = await asyncio.to_thread(vouched.package_of, self._admin, version)
        headers = {"Content-Disposition": f'attachment; filename="{name}-{number}.zip"'}
        return PackageContent(content, headers=headers)

    async def diff_versions(self, name: SkillId, old: Old, new: New) -> VersionDiff:
        """What differs between any two versions of a skill, file by file, up to 200,000 characters of differences.

        A file whose content is the same at another path was renamed. 410 when one of the versions was revoked.
        """
        sides = [await self._states(await self._readable(name, number)) for number in (old, new)]
        moves = await asyncio.to_thread(Differ(elsewhere="read the files themselves").moves, *sides)
        return VersionDiff.model_validate({"skill": name, "from": old, "to": new, "files": tuple(map(_view, moves))})

    async def _states(self, version: Version) -> Mapping[str, FileState]:
        library, snapshot = self._admin.library, self._admin.replica.view.snapshot
        return {
            file.path: FileState(await library.read(snapshot, version, file.path), file.executable)
            for file in version.manifest.files
        }

    async def _readable(self, name: str, number: int) -> Version:
        version = await self._version(name, number)
        if version.standing is not None and version.standing.kind is StandingKind.REVOKED:
            raise RevokedError(f"Version {number} of {name!r} was revoked: {version.standing.reason}")
        trust.check(self._admin.tenant, version, self._admin.verify)
        return version

    async def _version(self, name: str, number: int) -> Version:
        return await asyncio.to_thread(self._admin.catalog.version, self._admin.tenant, name, number)


def _view(found: FileMove) -> VersionedFileView:
    return VersionedFileView(
        path=found.of.path,
        old_path=found.old_path,
        change=found.of.change,
        old_size=found.old_size,
        new_size=found.new_size,
        diff=found.of.diff or None,
        binary=found.binary,
        note=found.of.note,
    )
