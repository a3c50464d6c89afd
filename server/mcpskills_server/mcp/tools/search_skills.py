"""`search_skills`: find skills by what they are for."""

from collections.abc import Sequence
from typing import Annotated, Final

import mcp_types as types
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from mcpskills.folder import SKILL_FILE
from mcpskills.query import MAX_LIMIT, MAX_QUERY
from mcpskills.snapshot import ServedSkill
from mcpskills_server.library import Library
from mcpskills_server.mcp import paging
from mcpskills_server.mcp.tools.excerpt import RESULT_BYTES
from mcpskills_server.mcp.tools.tool import Answer, Arguments, Tool
from mcpskills_server.mcp.uris import SkillUri
from mcpskills_server.replica import View

MAX_HITS: Final = 1_000
"""Hits that can be paged through; whoever needs more of them needs a better query."""


MAX_TAGS: Final = 20
MAX_TAG_LENGTH: Final = 100


class SearchArguments(Arguments):
    query: str | SkipJsonSchema[None] = Field(
        default=None,
        max_length=MAX_QUERY,
        description="What the skill should help with, in words. Leave it out to list all skills by name.",
    )
    tags: list[Annotated[str, StringConstraints(max_length=MAX_TAG_LENGTH)]] = Field(
        default=[], max_length=MAX_TAGS, description="Only skills that carry all of these tags."
    )
    limit: int = Field(default=10, ge=1, le=MAX_LIMIT, description="How many skills to return at most.")
    cursor: str | SkipJsonSchema[None] = Field(
        default=None, max_length=paging.MAX_CURSOR, description="next_cursor of the page before, to go on after it."
    )


class FoundSkill(BaseModel):
    name: str
    description: str
    tags: list[str]
    version: int
    digest: str
    uri: str


class FoundSkills(BaseModel):
    skills: list[FoundSkill] = Field(description="The best match first.")
    next_cursor: str | SkipJsonSchema[None] = Field(default=None, description="Pass as cursor to get more.")


async def search_skills(view: View, _: Library, arguments: SearchArguments) -> Answer:
    by_name = not (arguments.query or "").strip() and not arguments.tags
    found = _by_name(view, arguments) if by_name else _hits(view, arguments)
    if not found.skills:
        hint = "No skill matches. Try fewer or other words, leave out tags, or leave out query to list all skills."
        return Answer([types.TextContent(text=hint)], found)
    return Answer([types.TextContent(text=found.model_dump_json(exclude_none=True))], found)


def _by_name(view: View, arguments: SearchArguments) -> FoundSkills:
    served = view.snapshot.after(paging.name_of(arguments.cursor), arguments.limit + 1)
    kept = _fitting(served[: arguments.limit])
    more = len(kept) < len(served)
    return FoundSkills(skills=kept, next_cursor=paging.after(kept[-1].name) if more else None)


def _hits(view: View, arguments: SearchArguments) -> FoundSkills:
    offset = paging.offset_of(arguments.cursor, MAX_HITS)
    limit = min(arguments.limit, MAX_HITS - offset)
    hits = view.index.search(arguments.query or "", limit=limit + 1, offset=offset, tags=arguments.tags)
    kept = _fitting([view.snapshot.skills[hit.name] for hit in hits[:limit]])
    more = len(kept) < len(hits) and offset + len(kept) < MAX_HITS
    return FoundSkills(skills=kept, next_cursor=paging.from_offset(offset + len(kept)) if more else None)


def _fitting(candidates: Sequence[ServedSkill]) -> list[FoundSkill]:
    """As many from the first on as a result can hold."""
    kept: list[FoundSkill] = []
    left = RESULT_BYTES
    for served in candidates:
        found = _found(served)
        left -= len(found.model_dump_json().encode())
        if kept and left < 0:
            break
        kept.append(found)
    return kept


def _found(served: ServedSkill) -> FoundSkill:
    return FoundSkill(
        name=served.name,
        description=served.skill.description,
        tags=[tag for tag in served.skill.tags if len(tag) <= MAX_TAG_LENGTH][:MAX_TAGS],
        version=served.version.number,
        digest=served.version.digest,
        uri=str(SkillUri(served.name, SKILL_FILE)),
    )


TOOL: Final = Tool(
    name="search_skills",
    title="Search skills",
    description=(
        "Find skills: tested instructions, references and scripts for a kind of task. Search before a task that needs "
        "special knowledge or a fixed procedure; then load the best match with load_skill."
    ),
    arguments=SearchArguments,
    structure=FoundSkills,
    run=search_skills,
)
