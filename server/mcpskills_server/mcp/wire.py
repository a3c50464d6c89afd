"""Messages of the Skills extension `io.modelcontextprotocol/skills` (SEP-2640), and the context that handlers get."""

from collections.abc import Mapping
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import mcp_types as types
import msgspec
from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

EXTENSION: Final = "io.modelcontextprotocol/skills"
SERVER_INFO: Final = types.Implementation(
    name="open-mcp-skills", title="Open MCP Skills", version=installed_version("open-mcp-skills")
)
SETTINGS: Final[Mapping[str, bool]] = {"directoryRead": True}

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are no JSON, or not of the type that is asked for; a number may be too large for it."""

Context: TypeAlias = "ServerRequestContext[Any, Any]"
"""Only named: importing it would import the SDK's server, which the first answers do without."""


class GetSkillParams(types.RequestParams):
    uri: str


class ReadDirectoryParams(types.PaginatedRequestParams):
    uri: str


class SkillResource(BaseModel):
    """A file of a skill. Digest and size count its raw bytes."""

    uri: str
    digest: str
    size: int


class SkillEntry(BaseModel):
    """A skill. `frontmatter` is verbatim, all keys included; `resources` holds every file once, SKILL.md as well.

    Clients refuse further keys; only `_meta` is free.
    """

    uri: str
    frontmatter: dict[str, Any]
    resources: list[SkillResource]
    meta: dict[str, Any] | None = Field(alias="_meta", default=None)


class ListSkillsResult(types.PaginatedResult, types.CacheableResult):
    skills: list[SkillEntry]
    result_type: Literal["complete"] = "complete"


class GetSkillResult(types.CacheableResult):
    skill: SkillEntry
    result_type: Literal["complete"] = "complete"


class ReadDirectoryResult(types.PaginatedResult, types.CacheableResult):
    """The direct children of a folder. The TypeScript client refuses an answer without the caching fields."""

    resources: list[types.Resource]
    result_type: Literal["complete"] = "complete"
