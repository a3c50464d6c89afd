"""Plain resources: one listed entry per skill, templates for all files, and reading them byte for byte."""

import base64
import json
from typing import Final

import mcp_types as types

from mcpskills.folder import MANIFEST_FILE, SKILL_FILE
from mcpskills.snapshot import ServedSkill, Snapshot
from mcpskills.version import Version
from mcpskills_server.library import Library
from mcpskills_server.mcp import caching, media_types, paging, provenance, uris
from mcpskills_server.mcp.caching import CacheHint
from mcpskills_server.mcp.sight import view_of
from mcpskills_server.mcp.uris import SkillUri
from mcpskills_server.mcp.wire import Context
from mcpskills_server.replica import Replica

LIVE_TEMPLATE: Final = "skill://{name}/{+path}"
PINNED_TEMPLATE: Final = "skill://v{version}/{name}/{+path}"


class Resources:
    """Answers from the replica's present view, as far as the caller sees it."""

    def __init__(self, replica: Replica, library: Library, page_size: int) -> None:
        self._replica = replica
        self._library = library
        self._page_size = page_size

    async def list_resources(
        self, ctx: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        snapshot = view_of(self._replica, ctx).snapshot
        served = snapshot.after(paging.name_of(params.cursor if params else None, "resources"), self._page_size + 1)
        page = paging.cut(served, self._page_size, lambda skill: skill.name, "resources")
        return types.ListResourcesResult(
            resources=[_instructions(skill) for skill in page.items], next_cursor=page.next_cursor
        )

    async def list_templates(
        self, _: Context, __: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(
                    uri_template=LIVE_TEMPLATE,
                    name="skill-file",
                    title="File of a skill",
                    description="A file of a skill as it is live now; SKILL.md holds the instructions.",
                ),
                types.ResourceTemplate(
                    uri_template=PINNED_TEMPLATE,
                    name="skill-file-version",
                    title="File of a skill's version",
                    description="A file of one version of a skill; it stays the same while newer versions go live.",
                ),
            ]
        )

    async def read(self, ctx: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        snapshot = view_of(self._replica, ctx).snapshot
        uri = uris.parse(params.uri)
        version = await self._library.version(snapshot, uri.name, uri.version)
        found = await self._contents(snapshot, version, uri, params.uri)
        return answer(found, caching.of(uri, snapshot), await self._origin(version, uri))

    async def _origin(self, version: Version, uri: SkillUri) -> dict[str, object]:
        if uri.version is None or uri.path != SKILL_FILE:
            return provenance.of(version)
        return provenance.vouched(version, await self._library.envelope(version))

    async def _contents(
        self, snapshot: Snapshot, version: Version, uri: SkillUri, asked: str
    ) -> types.TextResourceContents | types.BlobResourceContents:
        # FastMCP's utilities read this list. It is no file of the skill, so no listing has it.
        if uri.path == MANIFEST_FILE and version.manifest.get(MANIFEST_FILE) is None:
            return types.TextResourceContents(uri=asked, mime_type="application/json", text=manifest(version))
        return contents(asked, uri.path, await self._library.read(snapshot, version, uri.path))


def answer(
    found: types.TextResourceContents | types.BlobResourceContents, hint: CacheHint, meta: dict[str, object]
) -> types.ReadResourceResult:
    return types.ReadResourceResult(contents=[found], ttl_ms=hint.ttl_ms, cache_scope=hint.scope, _meta=meta)


def contents(uri: str, path: str, data: bytes) -> types.TextResourceContents | types.BlobResourceContents:
    """Bytes as text when they are UTF-8, which gives them back exactly, line ends and byte order mark included; else a blob."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        mime_type = media_types.of_content(path, is_text=False)
        return types.BlobResourceContents(uri=uri, mime_type=mime_type, blob=base64.b64encode(data).decode())
    return types.TextResourceContents(uri=uri, mime_type=media_types.of_content(path, is_text=True), text=text)


def manifest(version: Version) -> str:
    """All files of a version as JSON, in the form of FastMCP's skills provider."""
    files = [{"path": file.path, "size": file.size, "hash": file.digest} for file in version.manifest.files]
    return json.dumps({"skill": version.skill, "files": files}, ensure_ascii=False)


def _instructions(served: ServedSkill) -> types.Resource:
    # No `_meta` of ours: SEP-2640 keeps it to keys of its own on these entries.
    return types.Resource(
        uri=str(SkillUri(served.name, SKILL_FILE)),
        name=served.name,
        description=served.skill.description,
        mime_type="text/markdown",
        size=len(served.instructions),
    )
