"""`search_skills`: find skills by what they are for."""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Annotated, Final

import mcp_types as types
from pydantic import BaseModel, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from mcpskills.adapters.search.index import MAX_HITS
from mcpskills.query import MAX_LIMIT, MAX_QUERY
from mcpskills_server.library import Library
from mcpskills_server.mcp import paging
from mcpskills_server.mcp.tools.excerpt import RESULT_BYTES
from mcpskills_server.mcp.tools.found_skill import (
    MAX_TAG_LENGTH,
    MAX_TAGS,
    FoundSkill,
    Wanted,
    because,
    found_skill,
)
from mcpskills_server.mcp.tools.nothing_found import nothing_found
from mcpskills_server.mcp.tools.tool import Answer, Arguments, Tool
from mcpskills_server.replica import View

MAX_EXPLAINED: Final = 10
"""Hits of an answer that explains them: each word is looked up in each of them again."""

_ENVELOPE_BYTES = 200
"""Of an answer, for what is around the skills."""


class SearchArguments(Arguments):
    query: str | SkipJsonSchema[None] = Field(
        default=None,
        max_length=MAX_QUERY,
        description="What the skill should help with, in words. Leave it out to list skills by name.",
    )
    tags: list[Annotated[str, StringConstraints(max_length=MAX_TAG_LENGTH)]] = Field(
        default=[], max_length=MAX_TAGS, description="Only skills that carry all of these tags."
    )
    limit: int = Field(default=10, ge=1, le=MAX_LIMIT, description="How many skills to return at most.")
    fields: list[Wanted] = Field(
        default=["description"], max_length=20, description="What to say of each skill besides its name."
    )
    explain: bool = Field(default=False, description="Also say why each skill was found, and its score.")
    cursor: str | SkipJsonSchema[None] = Field(
        default=None, max_length=paging.MAX_CURSOR, description="next_cursor of the page before, to go on after it."
    )


class FoundSkills(BaseModel):
    skills: list[FoundSkill] = Field(description="The best match first.")
    next_cursor: str | SkipJsonSchema[None] = Field(default=None, description="Pass as cursor to get more.")
    hint: str | SkipJsonSchema[None] = Field(default=None, description="What to try when nothing was found.")


async def search_skills(view: View, library: Library, arguments: SearchArguments) -> Answer:
    # A word that all of 10,000 skills have takes 40 ms.
    return await library.thinking.apart(partial(_answer, view, arguments))


def _answer(view: View, arguments: SearchArguments) -> Answer:
    asked = (arguments.query or "").strip()
    found = _hits(view, arguments, asked) if asked else _listed(view, arguments)
    if not found.skills:
        found.hint = nothing_found(view, asked, arguments.tags)
        return Answer([types.TextContent(text=found.hint)], found)
    return Answer([types.TextContent(text=found.model_dump_json(exclude_none=True))], found)


def _listed(view: View, arguments: SearchArguments) -> FoundSkills:
    """By name: whatever is swapped between two pages, they lose and double nothing."""
    after = paging.name_of(arguments.cursor, "search")
    wanted = arguments.limit + 1
    if arguments.tags:
        names = view.index.tagged(arguments.tags, limit=wanted, after=after)
    else:
        names = [served.name for served in view.snapshot.after(after, wanted)]
    page = names[: arguments.limit]
    kept = _fitting(found_skill(view.snapshot.skills[name], arguments.fields) for name in page)
    more = len(kept) < len(names)
    return FoundSkills(skills=kept, next_cursor=paging.after(kept[-1].name, "search") if more else None)


def _hits(view: View, arguments: SearchArguments, asked: str) -> FoundSkills:
    """The best first: a page is of the generation of the first one, or refused."""
    hits = paging.Hits(view.snapshot.generation, json.dumps([asked, sorted(arguments.tags)]))
    offset = paging.offset_of(arguments.cursor, hits, MAX_HITS)
    most = min(arguments.limit, MAX_EXPLAINED) if arguments.explain else arguments.limit
    limit = min(most, MAX_HITS - offset)
    best = view.index.search(asked, limit=limit + 1, offset=offset, tags=arguments.tags)
    reasons = view.index.reasons(asked) if arguments.explain else None

    def said() -> Iterator[FoundSkill]:
        for hit in best[:limit]:
            found = found_skill(view.snapshot.skills[hit.name], arguments.fields)
            if reasons is not None:
                found.score = round(hit.score, 3)
                found.because = because(reasons(hit.name))
            yield found

    kept = _fitting(said())
    more = len(kept) < len(best) and offset + len(kept) < MAX_HITS
    return FoundSkills(skills=kept, next_cursor=paging.from_offset(offset + len(kept), hits) if more else None)


def _fitting(candidates: Iterable[FoundSkill]) -> list[FoundSkill]:
    """As many from the first on as a result can hold."""
    kept: list[FoundSkill] = []
    left = RESULT_BYTES - _ENVELOPE_BYTES
    for found in candidates:
        left -= len(found.model_dump_json(exclude_none=True).encode()) + len(",")
        if kept and left < 0:
            break
        kept.append(found)
    return kept


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
