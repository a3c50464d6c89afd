"""The Skills extension: `skills/list`, `skills/get` and `resources/directory/read`."""

from collections.abc import Mapping

import mcp_types as types

from mcpskills.errors import NotFoundError
from mcpskills.folder import SKILL_FILE
from mcpskills.frontmatter import Json
from mcpskills.snapshot import ServedSkill, Snapshot
from mcpskills.version import Version
from mcpskills_server.library import Library
from mcpskills_server.mcp import caching, paging, provenance, uris
from mcpskills_server.mcp.caching import CacheHint
from mcpskills_server.mcp.directories import children, frontmatter_of
from mcpskills_server.mcp.sight import view_of
from mcpskills_server.mcp.uris import SkillUri
from mcpskills_server.mcp.wire import (
    Context,
    GetSkillParams,
    GetSkillResult,
    ListSkillsResult,
    ReadDirectoryParams,
    ReadDirectoryResult,
    SkillEntry,
    SkillResource,
)
from mcpskills_server.replica import Replica


class Skills:
    """Answers from the replica's present view, as far as the caller sees it."""

    def __init__(self, replica: Replica, library: Library, page_size: int) -> None:
        self._replica = replica
        self._library = library
        self._page_size = page_size

    async def list_skills(self, ctx: Context, params: types.PaginatedRequestParams) -> ListSkillsResult:
        snapshot = view_of(self._replica, ctx).snapshot
        served = snapshot.after(paging.name_of(params.cursor, "skills"), self._page_size + 1)
        page = paging.cut(served, self._page_size, lambda skill: skill.name, "skills")
        return ListSkillsResult(
            skills=[_live_entry(skill) for skill in page.items],
            next_cursor=page.next_cursor,
            ttl_ms=caching.LISTED.ttl_ms,
            cache_scope=caching.LISTED.scope,
        )

    async def get_skill(self, ctx: Context, params: GetSkillParams) -> GetSkillResult:
        snapshot = view_of(self._replica, ctx).snapshot
        uri = uris.parse(params.uri)
        if uri.path != SKILL_FILE:
            raise NotFoundError(f"A skill is named by the URI of its {SKILL_FILE}, got {params.uri!r}.")
        hint = caching.of(uri, snapshot)
        version, frontmatter = await self._version(snapshot, uri)
        meta = provenance.vouched(version, await self._library.envelope(version) if uri.version else None)
        return answer(_entry(version, frontmatter, uri), hint, meta)

    async def read_directory(self, ctx: Context, params: ReadDirectoryParams) -> ReadDirectoryResult:
        snapshot = view_of(self._replica, ctx).snapshot
        uri = uris.parse(params.uri)
        version = await self._library.version(snapshot, uri.name, uri.version)
        found = children(version, uri, paging.name_of(params.cursor, "folder"), self._page_size + 1)
        page = paging.cut(found, self._page_size, lambda child: child.name, "folder")
        hint = caching.of(uri, snapshot)
        return ReadDirectoryResult(
            resources=[child.resource for child in page.items],
            next_cursor=page.next_cursor,
            ttl_ms=hint.ttl_ms,
            cache_scope=hint.scope,
            _meta=provenance.of(version),
        )

    async def _version(self, snapshot: Snapshot, uri: SkillUri) -> tuple[Version, Mapping[str, Json]]:
        if uri.version is None and uri.name in snapshot.skills:
            served = snapshot.skills[uri.name]
            return served.version, served.skill.frontmatter
        version = await self._library.version(snapshot, uri.name, uri.version)
        return version, frontmatter_of(version)


def answer(entry: SkillEntry, hint: CacheHint, meta: dict[str, object]) -> GetSkillResult:
    return GetSkillResult(skill=entry, ttl_ms=hint.ttl_ms, cache_scope=hint.scope, _meta=meta)


def _live_entry(served: ServedSkill) -> SkillEntry:
    return _entry(served.version, served.skill.frontmatter, SkillUri(served.name, SKILL_FILE))


def _entry(version: Version, frontmatter: Mapping[str, Json], uri: SkillUri) -> SkillEntry:
    return SkillEntry(
        uri=str(uri),
        frontmatter=dict(frontmatter),
        resources=[
            SkillResource(uri=str(SkillUri(uri.name, file.path, uri.version)), digest=file.digest, size=file.size)
            for file in version.manifest.files
        ],
        _meta=provenance.of(version),
    )
